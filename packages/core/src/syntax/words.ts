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
  'allow',
  'steps',
] as const

/** Keys that the language has reserved and does not read yet. */
export const LATER_FLOW_KEYS: readonly string[] = ['ensure']

/** Keys that stand beside a step. */
export const MODIFIERS = ['id', 'attempts', 'title'] as const
export const LATER_MODIFIERS: readonly string[] = ['when', 'onFail', 'with']

/** The item that offers several steps, and the id it has unless it is given one. */
export const CHOOSE = 'choose'
/** Keys that stand beside a choice. Attempts are those of the step that is picked. */
export const CHOICE_MODIFIERS = ['id', 'title'] as const

/** Items that will not be steps. */
export const LATER_ITEMS: readonly string[] = ['include']

/** Ids of flows: kebab-case. */
export const FLOW_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
/** Ids of steps; also the form of facts' names, so that conditions can name them. */
export const STEP_ID = /^[a-z][A-Za-z0-9]*$/
export const LONGEST_ID = 64

/** Words that conditions cannot use as names. Source: Common Expression Language specification, section "Syntax". */
export const CEL_WORDS: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)
