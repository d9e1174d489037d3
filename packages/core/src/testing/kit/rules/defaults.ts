import { checkSettings } from '../../../compile/settings-check.js'
import type { JsonObject } from '../../../step/json.js'
import type { Properties } from '../../../step/schema.js'
import { notJson } from '../forms.js'
import type { Rule } from '../rule.js'

export const defaults: Rule = {
  name: 'defaults',
  law: 'a default keeps the schema that it stands in',
  check: ({ step }) =>
    Object.entries(step.settings).flatMap(([name, schema]) => {
      if (schema.default === undefined) return []
      const fault = notJson(schema.default) ?? refused(name, step.settings, schema.default)
      if (fault === undefined) return []
      return [
        {
          saw: `the default of \`${name}\` is ${JSON.stringify(schema.default)}, which ${fault}`,
          repair: 'change the default or the schema',
        },
      ]
    }),
}

function refused(name: string, settings: Properties, value: unknown): string | undefined {
  const { [name]: schema } = settings
  if (!schema) return undefined
  try {
    // Alone: the other settings have faults of their own. A default is JSON by now.
    const [error] = checkSettings({ [name]: schema }, { [name]: value } as JsonObject)
    return error && (error.message ?? 'is refused')
  } catch {
    return undefined
  }
}
