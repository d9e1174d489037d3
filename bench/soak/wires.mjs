// The five dialects as their clients see them: how a request looks, and what an answer means. Nothing here knows of faults or of history.
//
// An answer is `{ is: 'ok', … }`, `{ is: 'refused', code }`, `{ is: 'unavailable' }` (the dialect's own words for it), or `{ is: 'odd', code }` for
// what the dialect's page does not know.

const JSON_TYPE = { 'Content-Type': 'application/json' }

const FORGEROCK = { ...JSON_TYPE, 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }

/** @param {object} body */
export function forgerock(body) {
  return {
    method: 'POST',
    path: '/openidm/selfservice/resetEmail?_action=submitRequirements',
    headers: FORGEROCK,
    body: JSON.stringify(body),
    read({ status, json }) {
      if (status === 200) return { is: 'ok', tag: `${json.type} ${json.tag}`, token: json.token }
      if (status === 503) return { is: 'unavailable' }
      return refusal(status, [400, 409], json?.message)
    },
  }
}

/** The conversation's id, as a token says it. @param {string} token */
export function conversationOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti
}

/** @param {string} path @param {object} body */
export function centrify(path, body) {
  return {
    method: 'POST',
    path: `/Security/${path}`,
    headers: { ...JSON_TYPE, 'X-CENTRIFY-NATIVE-CLIENT': 'true' },
    body: JSON.stringify(body),
    read({ status, json }) {
      if (status === 503) return { is: 'unavailable' }
      if (status === 200 && json?.success === true) return { is: 'ok', tag: json.Result?.Summary, result: json.Result }
      return refusal(status, [200], `${json?.Result?.Summary} ${json?.Message}`)
    },
  }
}

/** The id of a mechanism of a package, by its name. */
export function mechanismOf({ Challenges = [] }, name) {
  return Challenges.flatMap(({ Mechanisms }) => Mechanisms).find(({ Name }) => Name === name)?.MechanismId
}

/** @param {string} path @param {string | undefined} cookie @param {object} [body] @param {Record<string, string>} [headers] */
export function airlock(path, cookie, body, headers = {}) {
  return {
    method: 'POST',
    path: `/auth/rest/public/self-service/${path}`,
    headers: { ...(body && JSON_TYPE), ...(cookie !== undefined && { Cookie: cookie }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
    read({ status, json, setCookies }) {
      if (status === 503) return { is: 'unavailable' }
      const [set] = setCookies.filter((one) => one.startsWith('AL_SESS-S='))
      if (status === 200) return { is: 'ok', tag: json.data?.attributes?.nextStep ?? 'end', cookie: set?.split(';')[0] ?? cookie }
      return refusal(status, [400, 403, 409], json?.errors?.[0]?.code)
    },
  }
}

/** @param {string} method @param {string} path @param {object} body @param {string} [bearer] */
export function cidaas(method, path, body, bearer) {
  return {
    method,
    path,
    headers: { ...JSON_TYPE, ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
    read({ status, json }) {
      if (status === 200) return { is: 'ok', tag: Object.keys(json.data ?? {}).join(','), data: json.data }
      if (status === 500 && json?.error?.code === 10_500) return { is: 'unavailable' }
      return refusal(status, [400, 401, 409, 417], String(json?.error?.code ?? json?.error))
    },
  }
}

/** @param {string} user @param {string} token */
export function brightPattern(user, token) {
  return {
    method: 'POST',
    path: '/api/users',
    headers: { ...JSON_TYPE, Authorization: `Bearer ${token}` },
    body: JSON.stringify({ type: 'request', request: { action: 'generate_password', user } }),
    read({ status, json }) {
      if (status === 200 && json?.res === 'ok') return { is: 'ok', tag: 'ok', password: json.response.password }
      // One word for every failure: a part that is down among them, and the callers of this run give no other reason.
      if (status === 200 && json?.res === 'failed') return { is: 'unavailable' }
      return refusal(status, [], json?.res)
    },
  }
}

function refusal(status, expected, code) {
  return expected.includes(status) ? { is: 'refused', code: `${status} ${code}` } : { is: 'odd', code: `${status} ${code}` }
}
