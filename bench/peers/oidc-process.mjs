// node-oidc-provider with its own adapter in memory, and the log-in of the application in front of it: `oidc-process.mjs JSON`. Consent is given beforehand, as
// its pages say for applications of one's own, and cookies are not signed: both in its favour.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import { answer } from '../steps/answering.mjs'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const provider = new Provider('http://id.example.com', {
  clients: [
    {
      client_id: 'bench',
      client_secret: 'a secret of the bench that guards nothing',
      redirect_uris: ['https://app.example.com/back'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'ES256' }] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
})
const provide = provider.callback()

async function logIn(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { name } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const to = await provider.interactionResult(request, response, { login: { accountId: name } }, { mergeWithLastSubmission: false })
  const body = JSON.stringify({ to })
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body)
}

const server = createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) void logIn(request, response)
  else void provide(request, response)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send({ ready: { url: `http://127.0.0.1:${server.address().port}` } }))
answer({})
