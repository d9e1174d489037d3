// A contact centre asks for a new password, as a scenario of Bright Pattern does: node examples/clients/bright-pattern.mjs [user] [shared token]
// With REKEY_TIMED=1 the token is the one of the present five minutes, made from the shared one.
import { createHash } from 'node:crypto'

const server = process.env.REKEY_URL ?? 'http://127.0.0.1:8080'
const [user = 'mydomain\\Jon.One', shared = 'secret_token'] = process.argv.slice(2)

/** SHA-1 is the vendor's format. Where both sides can choose, a long random token as it is serves better. */
function timed() {
  const window = Math.floor(Date.now() / 1000 / 300)
  return createHash('sha1').update(`${shared}${window}`).digest('hex')
}

const response = await fetch(`${server}/api/users`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env.REKEY_TIMED ? timed() : shared}`, 'Content-Type': 'application/json' },
  // Members beside `request` go to the validation script, where there is one.
  body: JSON.stringify({ type: 'request', request: { action: 'generate_password', user }, phone: '+15550107' }),
})
if (response.status === 404) throw new Error('404: a wrong token, or no such service')
const answer = await response.json()
if (answer.res !== 'ok') throw new Error(`${response.status}: ${answer.res}; the reason stands in the log of the server`)
console.log(`${answer.response.username} signs in with ${answer.response.password}`)
