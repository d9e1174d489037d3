/** Keys of a flow file, in the order in which they are usually written. */
export const FLOW_KEYS = [
  'flow',
  'title',
  'description',
  'speaks',
  'expires',
  'unknownAccount',
  'require',
  'limits',
  'ensure',
  'allow',
  'steps',
] as const

/** Keys of a fragment, which flows include. */
export const FRAGMENT_KEYS = ['fragment', 'description', 'inputs', 'steps'] as const

/** Keys that stand beside a step. */
export const STEP_MODIFIERS = ['id', 'when', 'attempts', 'onFail', 'title'] as const

/** The item that offers several steps, and the id it has unless it is given one. */
export const CHOOSE = 'choose'
/** Keys that stand beside a choice. Attempts are those of the step that is picked. */
export const CHOICE_MODIFIERS = ['id', 'when', 'onFail', 'title'] as const

/** The item that stands for the steps of a fragment, and the keys that stand beside it. */
export const INCLUDE = 'include'
export const INCLUDE_MODIFIERS = ['id', 'when', 'with'] as const

/** Every key that stands beside an item and is none itself. */
export const MODIFIERS = [...STEP_MODIFIERS, 'with'] as const

/** Where a failure leads, beside the id of an earlier step. */
export const END = 'end'
export const RESTART = 'restart'

/** Ids of flows: kebab-case. */
export const FLOW_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
/** Ids of steps; also the form of facts' names, so that conditions can name them. */
export const STEP_ID = /^[a-z][A-Za-z0-9]*$/
export const LONGEST_ID = 64

/** Words that conditions cannot use as names. Source: Common Expression Language specification, section "Syntax". */
export const CEL_WORDS: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)
