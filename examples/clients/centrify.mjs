// A forgotten password over the Centrify (Idaptive, CyberArk Identity) authentication calls, then a log-in with the new one, as an
// application would do it: node examples/clients/centrify.mjs
// Reads the code from the mailbox of a server in development; a person would read their mail, or follow its link while we poll.
const server = process.env.REKEY_URL ?? 'http://127.0.0.1:8080'
const [user = 'bjensen', mail = 'bjensen@example.com', newPassword = 'N3w-passw0rd'] = process.argv.slice(2)

/** One call. The outcome stands in the body, whatever it is; HTTP says 200. */
async function call(path, body, headers = {}) {
  const response = await fetch(`${server}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-IDAP-NATIVE-CLIENT': 'true', ...headers },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!answer.success) throw new Error(`${response.status} ${answer.Result?.Summary}: ${answer.Message}`)
  return { ...answer, cookie: response.headers.get('set-cookie')?.split(';')[0] }
}

async function start() {
  const { Result } = await call('/Security/StartAuthentication', { User: user, Version: '1.0' })
  return Result
}

/** The id of a mechanism by its name, in whichever challenge it stands. */
function mechanism({ Challenges }, name) {
  const found = Challenges.flatMap(({ Mechanisms }) => Mechanisms).find(({ Name }) => Name === name)
  if (!found) throw new Error(`no mechanism ${name} is offered`)
  return found.MechanismId
}

async function mails() {
  return (await fetch(`${server}/dev/mailbox?to=${encodeURIComponent(mail)}`)).json()
}

async function mailedCode(before) {
  for (let tries = 0; tries < 50; tries++) {
    const code = (await mails())
      .slice(before)
      .map(({ text }) => text.match(/\b\d{8}\b/)?.[0])
      .find((found) => found)
    if (code) return code
    await new Promise((resume) => setTimeout(resume, 100))
  }
  throw new Error('no mail came')
}

const { SessionId, TenantId, ClientHints } = await start()
if (!ClientHints.AllowForgotPassword) throw new Error('passwords may not be reset here')
const advance = (body) => call('/Security/AdvanceAuthentication', { SessionId, TenantId, ...body })

const { Result: reset } = await advance({ Action: 'ForgotPassword' })
console.log(`challenges: ${reset.Challenges.map(({ Mechanisms }) => Mechanisms.map(({ Name }) => Name).join(' or ')).join(', then ')}`)
const email = mechanism(reset, 'EMAIL')
const before = (await mails()).length
const sent = await advance({ MechanismId: email, Action: 'StartOOB' })
const polled = await advance({ MechanismId: email, Action: 'Poll' })
console.log(`mail: ${sent.Result.Summary}, poll: ${polled.Result.Summary}`)
const typed = await advance({ MechanismId: email, Action: 'Answer', Answer: await mailedCode(before) })
console.log(`code: ${typed.Result.Summary}`)
// Some servers send the questions that are left once more; where they do not, those of the first package still hold.
const left = typed.Result.Summary === 'NewPackage' ? typed.Result : reset
const done = await advance({ MechanismId: mechanism(left, 'RESET'), Action: 'Answer', Answer: newPassword })
console.log(`new password: ${done.Result.Summary}, ${done.Result.ClientMessage ?? 'signed in'}`)

const login = await start()
const { Result, cookie } = await call('/Security/AdvanceAuthentication', {
  SessionId: login.SessionId,
  MechanismId: mechanism(login, 'UP'),
  Action: 'Answer',
  Answer: newPassword,
})
console.log(`done: ${Result.Summary} as ${Result.DisplayName}`)
await call('/Security/Logout', {}, { Cookie: cookie })
