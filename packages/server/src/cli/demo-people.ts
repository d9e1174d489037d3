import type { NewPerson } from '../adapters/directory/person.js'

/** A person whom the report at start names, so that somebody can try the flows. */
export interface DemoPerson {
  readonly userName: string
  readonly mail: string
  /** What is special about them: `locked; 2 questions; groups: admins`. */
  readonly special: string
}

/** Says of each demo person what makes them worth trying. */
export function describePeople(people: readonly NewPerson[]): readonly DemoPerson[] {
  const taken = new Map<string, number>()
  for (const { mail } of people) if (mail !== undefined) taken.set(mail.toLowerCase(), (taken.get(mail.toLowerCase()) ?? 0) + 1)
  return people.map((person) => ({
    userName: person.userName,
    mail: person.mail ?? '-',
    special: [...traits(person), ...((taken.get(person.mail?.toLowerCase() ?? '') ?? 0) > 1 ? ['shares the mail address'] : [])].join('; '),
  }))
}

function traits({
  state = 'active',
  password,
  answers = [],
  groups = [],
  phone,
  totp,
  locale,
  givenName,
  surname,
}: NewPerson): readonly string[] {
  const name = [givenName, surname].filter((part) => part !== undefined).join(' ')
  const own = answers.some((answer) => 'ownQuestion' in answer)
  const found: readonly (string | false)[] = [
    name !== '' && name,
    state !== 'active' && state,
    password === undefined && 'no password',
    answers.length > 0 && `${answers.length} question${answers.length === 1 ? '' : 's'}${own ? ', own ones too' : ''}`,
    phone !== undefined && 'phone',
    totp !== undefined && 'authenticator app',
    groups.length > 0 && `groups: ${groups.join(', ')}`,
    locale !== undefined && `reads ${locale}`,
  ]
  return found.filter((trait) => trait !== false)
}
