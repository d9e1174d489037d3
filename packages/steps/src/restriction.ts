import { defineStep, done, hidden } from '@rekey/core'

const groupNames = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 128 },
  uniqueItems: true,
  maxItems: 64,
  default: [],
} as const

/** Keeps people out of a flow by group or account state. Which rule it was stands in the audit log; the caller sees an unknown person. */
export const restriction = defineStep({
  type: 'restriction',
  version: 1,
  description: 'Lets the flow go on for some people only; others are treated like unknown ones',
  settings: {
    allowedGroups: {
      ...groupNames,
      description: 'Groups of which the person must be in one, directly or through another group; none: everybody',
    },
    disallowedGroups: { ...groupNames, description: 'Groups whose members may not use the flow; they win over the allowed ones' },
    states: {
      type: 'array',
      items: { type: 'string', enum: ['active', 'locked', 'disabled'] },
      minItems: 1,
      uniqueItems: true,
      default: ['active'],
      description: 'Account states that may use the flow',
    },
  },
  needs: [],

  prepare({ settings, principal }) {
    if (!settings.states.includes(principal.state)) return hidden(`state-${principal.state}`)
    const groups = new Set(principal.groups.map(fold))
    if (settings.disallowedGroups.some((group) => groups.has(fold(group)))) return hidden('group-disallowed')
    const open = settings.allowedGroups.length === 0 || settings.allowedGroups.some((group) => groups.has(fold(group)))
    return open ? done() : hidden('group-not-allowed')
  },
})

/** Directories do not tell groups apart by the case of their names. */
function fold(group: string): string {
  return group.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
