import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { durationSeconds, parseDuration } from '../step/duration.js'
import type { JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'

/** A secret in a flow file is the name of an environment variable: `${SMS_KEY}`. */
export const SECRET_REFERENCE = '^\\$\\{[A-Z][A-Z0-9_]*\\}$'

// All settings of all steps share one instance: an instance costs ten milliseconds, a schema three. It never sees a caller's input. Schemas
// are taken to be good ones: tests check those that ship, and whoever loads a plugin checks its own. To check them here costs fifty milliseconds.
const ajv = new Ajv2020({ allErrors: true, useDefaults: true, verbose: true, strict: false, meta: false, validateSchema: false })
ajv.addFormat('duration', (text) => parseDuration(text) !== undefined)
ajv.addKeyword({ keyword: 'longest', type: 'string', validate: (longest: string, value: string) => isWithin(value, longest) })
ajv.addKeyword({ keyword: 'secret', type: 'string', validate: (_: boolean, value: string) => new RegExp(SECRET_REFERENCE).test(value) })

const compiled = new WeakMap<Properties, ValidateFunction>()

/**
 * Checks settings against their schema and fills in the defaults in place.
 * @returns the faults, one for each value at fault; none when the settings are good.
 */
export function checkSettings(properties: Properties, settings: JsonObject): readonly ErrorObject[] {
  const validate = compiled.get(properties) ?? ajv.compile({ type: 'object', properties, additionalProperties: false })
  compiled.set(properties, validate)
  return validate(settings) ? [] : firstOfEachValue(validate.errors ?? [])
}

/** What is no duration breaks another rule. */
function isWithin(value: string, longest: string): boolean {
  return (parseDuration(value) ?? 0) <= durationSeconds(longest)
}

/** A value that breaks three rules is one mistake; so is one that fits none of several forms, whatever each form says. */
function firstOfEachValue(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const forms = errors.filter((error) => error.keyword === 'oneOf').map((error) => error.schemaPath)
  const outer = errors.filter((error) => !forms.some((form) => error.schemaPath.startsWith(`${form}/`)))
  const seen = new Set<string>()
  return outer.filter((error) => {
    const place = `${error.instancePath} ${subject(error)}`
    if (seen.has(place)) return false
    seen.add(place)
    return true
  })
}

function subject({ keyword, params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return String(params['additionalProperty'])
  return keyword === 'required' ? String(params['missingProperty']) : ''
}
