import { isJsonObject, type Json, type JsonObject } from '@rekey/core'

/** Paths whose responses are said once, and what they refer to. */
export interface SharedResponses {
  readonly paths: JsonObject
  /** For `components.responses`, by name. */
  readonly responses: JsonObject
}

/** Says a response that several operations have once: an error document in each of them would make up most of the text. */
export function sharedResponses(paths: JsonObject): SharedResponses {
  const times = new Map<string, number>()
  eachResponse(paths, (_status, response) => {
    const text = JSON.stringify(response)
    times.set(text, (times.get(text) ?? 0) + 1)
    return response
  })
  const names = new Map<string, string>()
  const responses: { [name: string]: Json } = {}
  const referring = eachResponse(paths, (status, response) => {
    const text = JSON.stringify(response)
    if ((times.get(text) ?? 0) < 2) return response
    const name = names.get(text) ?? `Status${status}-${[...names.values()].filter((one) => one.startsWith(`Status${status}-`)).length + 1}`
    names.set(text, name)
    responses[name] = response
    return { $ref: `#/components/responses/${name}` }
  })
  return { paths: referring, responses }
}

/** The same paths with other responses. */
function eachResponse(paths: JsonObject, other: (status: string, response: Json) => Json): JsonObject {
  return members(paths, (_path, item) =>
    members(item, (_method, operation) =>
      isJsonObject(operation) && isJsonObject(operation['responses'])
        ? { ...operation, responses: members(operation['responses'], other) }
        : operation,
    ),
  )
}

function members(of: Json, other: (name: string, member: Json) => Json): JsonObject {
  return isJsonObject(of) ? Object.fromEntries(Object.entries(of).map(([name, member]) => [name, other(name, member)])) : {}
}
