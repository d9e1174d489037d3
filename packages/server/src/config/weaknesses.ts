import { MOST_IN_ROW, type CompiledFlow } from '@rekey/core'
import { VENDORS } from '../adapters/captcha/vendors.js'
import { DEFAULT_HASH_COST } from '../adapters/passwords/password-hasher.js'
import { goesInClear as treeGoesInClear } from '../adapters/directory/ldap/address.js'
import { goesInClear } from '../adapters/directory/postgres/connection.js'
import type { RedisSettings } from '../adapters/redis/redis-settings.js'
import type { Config } from './config.js'
import { isLoopback } from './loopback.js'

/** What only an open directory can say. */
export interface Found {
  /** Whether the demo people were ever taken into it. */
  readonly hasDemo: boolean
  /** By which policy the store drops keys when it is full. */
  readonly evicts?: string
}

/**
 * What is weaker than Rekey's own defaults or fit for trying out only, one sentence each. It is told at start and by `rekey check`, so
 * that nobody runs it unaware.
 */
export function weaknesses(
  config: Config,
  flows: readonly CompiledFlow[],
  { hasDemo, evicts }: Found = { hasDemo: false },
): readonly string[] {
  const { passwords, keys, store, directory, dev, mail, sms, bearers } = config
  const { memoryKiB, passes } = passwords.hashing
  const cost = DEFAULT_HASH_COST
  const { rules } = passwords
  const found: readonly (string | false | undefined)[] = [
    dev && 'dev is on: anybody on this machine can read the mailbox',
    directory.isDemo && 'the directory holds the demo people, whose passwords and answers are public',
    hasDemo &&
      !directory.isDemo &&
      (directory.postgres === undefined
        ? `the demo people were taken into \`${directory.file}\`, and anybody can log in as them: name another file in \`directory.file\``
        : 'the demo people were taken into the database, and anybody can log in as them: name another schema in `directory.postgres.schema`'),
    directory.postgres &&
      goesInClear(directory.postgres) &&
      'the database of people is spoken to without TLS: whoever listens on the way reads the hashes of passwords',
    directory.ldap &&
      treeGoesInClear(directory.ldap) &&
      'the LDAP server of people is spoken to without TLS: whoever listens on the way reads the passwords',
    directory.ldap &&
      directory.ldap.decoy === undefined &&
      'people who do not exist cost the LDAP server less time than others: name an entry for them in `directory.ldap.decoy`',
    directory.ldap?.kind === 'openldap' &&
      directory.ldap.people.lastAct === undefined &&
      'two changes of one password within a second are taken for one: name an attribute in `directory.ldap.people.lastAct`',
    directory.ldap?.kind === 'activeDirectory' &&
      (directory.ldap.people.lastAct === undefined
        ? 'Active Directory makes two changes of one password at once, as it compares nothing: name an attribute in `directory.ldap.people.lastAct`'
        : 'Active Directory compares our own changes of a password only: one that others make at the same moment is overwritten'),
    passwords.profile === 'demo' && 'passwords follow the demo profile: 8 characters, and no list of common ones',
    passwords.profile === 'standard' &&
      (rules.minLength ?? 15) < 15 &&
      `passwords may have ${rules.minLength ?? 15} characters, of 15 by default`,
    passwords.profile === 'standard' && rules.common === false && 'common passwords are allowed',
    passwords.breached?.onFault === 'allow' && 'passwords are taken while the list of breached ones cannot be read',
    passwords.breached?.source.is === 'range' &&
      !passwords.breached.source.padding &&
      'the size of answers from the list of breached passwords tells whoever listens on the way a little of each new password',
    memoryKiB * passes < cost.memoryKiB * cost.passes && 'hashing costs less than the default: stolen hashes are cheaper to guess',
    config.limits.failures.inRow.most > MOST_IN_ROW &&
      `a person may fail ${config.limits.failures.inRow.most} times in a row, of ${MOST_IN_ROW} that a standard allows`,
    keys.is === 'file' &&
      'keys come from a generated file: other machines do not share them, and without the file open conversations are lost',
    store.is === 'memory' && 'conversations are kept in memory: a restart ends them',
    store.is === 'redis' &&
      redisInClear(store.server) &&
      'Redis is spoken to without TLS: whoever listens on the way reads its password, and whoever stands there can answer in its place',
    evicts !== undefined &&
      `a full Redis drops keys (\`maxmemory-policy ${evicts}\`), and with them conversations, owed mails and counts of failures: set it to \`noeviction\``,
    !dev && mail.providers.length === 0 && 'mails are kept in memory, where nobody can read them: configure `mail.smtp`',
    ...mail.providers
      .filter(({ tls, host }) => (tls === 'none' || tls === 'opportunistic') && !isLoopback(host))
      .map(
        ({ name, tls }) =>
          `mails may go to \`${name}\` in clear, as \`tls\` is \`${tls}\`: whoever listens on the way reads codes and links`,
      ),
    !dev && sms.providers.length === 0 && 'text messages are kept in memory, where nobody can read them: configure `sms.url`',
    ...config.captcha.providers
      .filter(({ vendor, secret }) => VENDORS[vendor].testSecrets.includes(secret.reveal()))
      .map(({ name }) => `the provider of captchas \`${name}\` has a secret of the vendor’s documentation: every program passes`),
    bearers.demoKey !== undefined &&
      'tokens of the demo issuer and the demo secrets of callers are accepted: `rekey token` signs in as anybody',
    ...bearers.issuers
      .filter(({ audience }) => audience === undefined)
      .map(({ issuer }) => `tokens of \`${issuer}\` are accepted whoever they were made for: configure its \`audience\``),
    config.trustedProxies.some((network) => /\/0+$/.test(network)) &&
      'everybody is a trusted proxy: callers say themselves which address they come from, and no limit of an address holds',
    isPlain(config.publicUrl) && '`publicUrl` is no https address: whoever listens on the way reads the links of mails',
    ...flows
      .filter(({ machine }) => machine.unknownAccount === 'reveal')
      .map(({ id }) => `the flow \`${id}\` tells callers whether an account exists`),
  ]
  return found.filter((sentence) => typeof sentence === 'string')
}

function redisInClear({ place, tls }: RedisSettings): boolean {
  if (place.is !== 'server') return tls === undefined && !place.nodes.every(({ host }) => isLoopback(host))
  const { protocol, hostname } = new URL(place.url.reveal())
  return protocol === 'redis:' && !isLoopback(hostname)
}

function isPlain(publicUrl: string | undefined): boolean {
  return publicUrl !== undefined && publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)
}
