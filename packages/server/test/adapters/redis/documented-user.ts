import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'

const PAGE = new URL('../../../../../docs/operating.md', import.meta.url)

/** What the page has users made for. */
export type Documented = 'server' | 'cluster' | 'sentinel'

const COMMANDS: Readonly<Record<Documented, RegExp>> = {
  server: /^ACL SETUSER rekey on >\S+ (.+)$/m,
  cluster: /^ACL SETUSER rekey (\+cluster.+)$/m,
  sentinel: /^ACL SETUSER rekey-sentinel on >\S+ (.+)$/m,
}

/** The words that follow name and password in a command of the page. */
export function documentedRules(of: Documented): readonly string[] {
  const command = COMMANDS[of].exec(readFileSync(PAGE, 'utf8'))?.[1]
  if (command === undefined) throw new Error(`docs/operating.md shows no \`ACL SETUSER\` for: ${of}`)
  return command.split(' ')
}

export interface DocumentedUser {
  readonly name: string
  readonly password: string
  /** The address of the Redis with the log-in of this user. */
  readonly url: string
  /** What the user was refused, newest first: the reason and the command or key. */
  refusals(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** Makes the user of the page in a Redis, for the keys under a prefix. @param known name and password of one who is the same on each node of a Cluster. */
export async function documentedUser(
  url: string,
  prefix: string,
  known?: Pick<DocumentedUser, 'name' | 'password'>,
): Promise<DocumentedUser> {
  const admin = new Redis(url)
  const { name, password } = known ?? { name: `user-${randomUUID()}`, password: randomUUID() }
  const rules = [...documentedRules('server'), ...(known ? documentedRules('cluster') : [])].map((word) =>
    word === '~rekey:*' ? `~${prefix}*` : word,
  )
  await admin.acl('SETUSER', name, 'on', `>${password}`, ...rules)
  const own = new URL(url)
  own.username = name
  own.password = password
  return {
    name,
    password,
    url: own.href,
    async refusals() {
      const entries = (await admin.acl('LOG', 128)) as readonly (readonly unknown[])[]
      return entries
        .map((entry) => (field: string) => String(entry[entry.indexOf(field) + 1]))
        .filter((of) => of('username') === name)
        .map((of) => `${of('reason')} ${of('object')}`)
    },
    async remove() {
      await admin.acl('DELUSER', name)
      admin.disconnect()
    },
  }
}
