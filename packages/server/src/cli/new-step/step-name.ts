/** The name of a step of another package: who makes it, and what it is. */
export interface StepName {
  readonly vendor: string
  /** camelCase, as in flows: `badgeNumber`. */
  readonly name: string
  /** As files and packages are called: `badge-number`. */
  readonly kebab: string
}

export type StepNameRead = { readonly is: 'name'; readonly name: StepName } | { readonly is: 'none'; readonly why: string }

const LONGEST = 64

/** Words that would not make a variable in the source that is written. */
const RESERVED: readonly string[] = [
  'arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally for',
  'function if implements import in instanceof interface let new null package private protected public return static super switch this throw',
  'true try typeof undefined var void while with yield',
  // What the source imports or names itself.
  'ask done rejected defineStep definePlugin checkStep stepContract plugin expect test',
].flatMap((words) => words.split(' '))

/** Reads `vendor/name`, such as `acme/badgeNumber`. Steps without a vendor are those that come with Rekey. */
export function readStepName(text: string): StepNameRead {
  const none = (why: string): StepNameRead => ({ is: 'none', why })
  const [vendor = '', name, ...more] = text.split('/')
  if (name === undefined)
    return none(`\`${text}\` names no vendor: write \`acme/${text === '' ? 'badge' : text}\` with your name in the place of \`acme\``)
  if (more.length > 0) return none(`\`${text}\` has more than one slash: a step is called \`vendor/name\``)
  if (text.length > LONGEST) return none(`the name has ${text.length} characters, and ${LONGEST} at most are allowed`)
  if (!/^[a-z][a-z0-9-]*$/.test(vendor))
    return none(`the vendor \`${vendor}\` is not in small letters, digits and hyphens, beginning with a letter`)
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return none(`the step \`${name}\` is not in camelCase, such as \`badgeNumber\``)
  if (RESERVED.includes(name)) return none(`\`${name}\` is a word that the source needs for something else`)
  const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { is: 'name', name: { vendor, name, kebab } }
}
