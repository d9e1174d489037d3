// A whole password reset over the ForgeRock IDM protocol, as an application would do it: node examples/clients/forgerock.mjs
// Reads the code from the mailbox of a server in development; a person would read their mail.
const server = process.env.REKEY_URL ?? 'http://127.0.0.1:8080'
const [process_ = 'reset', userName = 'jdoe', mail = 'jdoe@example.com', newPassword = 'N3w-passw0rd'] = process.argv.slice(2)
const address = `${server}/openidm/selfservice/${process_}?_action=submitRequirements`
const headers = {
  'X-OpenIDM-Username': 'anonymous',
  'X-OpenIDM-Password': 'anonymous',
  'X-OpenIDM-NoSession': 'true',
  'Content-Type': 'application/json',
}

/** One step: the token of the last answer, and the input that its requirements ask for. */
async function submit(token, input) {
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ ...(token && { token }), input }) })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${answer.code} ${answer.reason}: ${answer.message}`)
  return answer
}

/** What a client types for each stage it may meet. Stages come in the order of the flow, so the client goes by their type. */
const inputs = {
  parameters: () => ({ returnParams: 'from=example' }),
  userQuery: () => ({ queryFilter: `userName eq "${userName}"` }),
  emailValidation: async () => ({ code: await mailedCode() }),
  kbaSecurityAnswerVerificationStage: ({ properties }) => Object.fromEntries(Object.keys(properties).map((name) => [name, 'Blue'])),
  resetStage: () => ({ password: newPassword }),
}

async function mailedCode() {
  for (let tries = 0; tries < 50; tries++) {
    const mails = await (await fetch(`${server}/dev/mailbox?to=${encodeURIComponent(mail)}`)).json()
    const code = mails.findLast(({ text }) => /\b\d{8}\b/.test(text))?.text.match(/\b\d{8}\b/)[0]
    if (code) return code
    await new Promise((resume) => setTimeout(resume, 100))
  }
  throw new Error('no mail came')
}

const first = await (await fetch(address.split('?')[0])).json()
let answer = first
while (answer.tag !== 'end') {
  console.log(`${answer.type} (${answer.tag}) asks for ${Object.keys(answer.requirements.properties ?? {}).join(', ') || 'nothing'}`)
  answer = await submit(answer.token, await inputs[answer.type](answer.requirements))
}
console.log(`done: ${JSON.stringify(answer)}`)
