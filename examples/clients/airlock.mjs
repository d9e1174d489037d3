// A whole password reset over the Loginapp REST API of Airlock IAM, as an application would do it: node examples/clients/airlock.mjs
// Reads the code from the mailbox of a server in development; a person would read their mail.
const server = process.env.REKEY_URL ?? 'http://127.0.0.1:8080'
const [flow = 'password-reset', username = 'jdoe', mail = 'jdoe@example.com', newPassword = 'N3w-passw0rd'] = process.argv.slice(2)
const root = `${server}/auth/rest/public/self-service`

/** All cookies, as the vendor tells clients: store every one, send all of them back. */
const cookies = new Map()

/** One call. The answer's `nextStep` says which call comes next; an answer without one is the end. */
async function call(path, body) {
  const response = await fetch(`${root}/${path}`, {
    method: 'POST',
    headers: {
      'X-Same-Domain': '1',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(cookies.size > 0 && { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  for (const set of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  const { data, errors } = await response.json()
  if (errors) throw new Error(`${response.status} ${errors[0].code} ${errors[0].meta?.detail ?? ''}`)
  return data
}

/** What a client does for each step it may meet. */
const steps = {
  USERNAME_REQUIRED: () => call('username/identify/', { username }),
  EMAIL_OTP_REQUIRED: async () => call('verification/email/otp/check/', { otp: await mailedCode() }),
  SECRET_QUESTIONS_REQUIRED: async () => {
    const questions = await call('verification/secret-questions/retrieve/')
    return call('verification/secret-questions/check/', { answers: questions.map(({ id }) => ({ id, answer: 'Blue' })) })
  },
  SELECTION_REQUIRED: async () => {
    const [option] = await call('selection/options/retrieve')
    return call(`selection/options/${option.id}/select`)
  },
  NEW_PASSWORD_REQUIRED: () => call('password/set', { newPassword }),
}

const seen = (await mails()).length

async function mails() {
  return (await fetch(`${server}/dev/mailbox?to=${encodeURIComponent(mail)}`)).json()
}

async function mailedCode() {
  for (let tries = 0; tries < 50; tries++) {
    const code = (await mails())
      .slice(seen)
      .findLast(({ text }) => /\b\d{8}\b/.test(text))
      ?.text.match(/\b\d{8}\b/)[0]
    if (code) return code
    await new Promise((resume) => setTimeout(resume, 100))
  }
  throw new Error('no mail came')
}

let session = await call(`flows/${flow}/select`)
while (session.attributes.nextStep) {
  console.log(session.attributes.nextStep)
  session = await steps[session.attributes.nextStep]()
}
console.log(`done: ${JSON.stringify(session)}`)
