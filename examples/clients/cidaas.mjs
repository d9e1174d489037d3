// The password calls of cidaas, as an application makes them: node examples/clients/cidaas.mjs [mail] [new password]
// A forgotten password is reset; the code is read from the mailbox of a server in development, where a person would read their mail. With the
// access token of somebody who is signed in, REKEY_TOKEN (for a demo person: npm run -s rekey -- token muster), their methods are
// listed and the password is changed from REKEY_OLD_PASSWORD.
const server = process.env.REKEY_URL ?? 'http://127.0.0.1:8080'
const [email = 'muster.probantintest@example.com', password = 'N3w-passw0rd'] = process.argv.slice(2)
const token = process.env.REKEY_TOKEN
const oldPassword = process.env.REKEY_OLD_PASSWORD ?? 'Passw0rd1'

async function call(method, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  const response = await fetch(`${server}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const answer = await response.json()
  if (response.ok) return answer
  const { error } = answer
  throw new Error(typeof error === 'string' ? `${response.status} ${error}` : `${response.status} ${error.code}: ${error.error}`)
}

async function signedIn() {
  const available = await call('GET', '/verification-srv/config/list')
  console.log(`available: ${available.map(({ verificationType }) => verificationType).join(', ')}`)
  const { data } = await call('POST', '/verification-srv/v2/setup/users/configured/list', {
    deviceInfo: { deviceId: '', location: { lat: '', lon: '' } },
  })
  const types = data.configured_list.map(({ type }) => type)
  console.log(`configured: ${types.join(', ')}`)
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
  const answer = types.includes('PASSWORD')
    ? await call('PUT', '/password-srv/password', { sub, old_password: oldPassword, new_password: password, confirm_password: password })
    : await call('POST', '/password-srv/password', { sub, password, confirmPassword: password })
  console.log(`changed: ${JSON.stringify(answer)}`)
}

async function forgotten() {
  const { data: request } = await call('POST', '/authz-srv/authrequest/authz/generate', { client_id: 'example' })
  const { data: begun } = await call('POST', '/users-srv/resetpassword/initiate', {
    requestId: request.requestId,
    email,
    processingType: 'CODE',
    resetMedium: 'EMAIL',
  })
  console.log(`begun: ${JSON.stringify(begun)}`)
  const code = await mailedCode(begun.rprq)
  const { data: ids } = await call('POST', '/users-srv/resetpassword/validatecode', { resetRequestId: begun.rprq, code })
  console.log(`the code was right`)
  const answer = await call('POST', '/users-srv/resetpassword/accept', { ...ids, password, confirmPassword: password })
  console.log(`done: ${JSON.stringify(answer)}`)
}

/** The mail of this reset is known by its link, which holds the same id. */
async function mailedCode(rprq) {
  for (let tries = 0; tries < 50; tries++) {
    const mails = await (await fetch(`${server}/dev/mailbox?to=${encodeURIComponent(email)}`)).json()
    const mail = mails.find(({ text }) => text.includes(rprq))
    if (mail) return mail.text.match(/\b\d{6}\b/)[0]
    await new Promise((resume) => setTimeout(resume, 100))
  }
  throw new Error('no mail came')
}

await (token ? signedIn() : forgotten())
