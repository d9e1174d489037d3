import { resolve } from 'node:path'
import { durationSeconds, Secret } from '@rekey/core'
import { LDAP_PRESETS } from '../adapters/directory/ldap/presets.js'
import type { LdapSettings } from '../adapters/directory/ldap/settings.js'
import type { FilledConfig } from './schema.js'

/** The settings of the directory in LDAP: those of its kind, with the configured ones over them. @param folder that relative paths count from. */
export function resolveLdap(filled: NonNullable<FilledConfig['directory']['ldap']>, folder: string): LdapSettings {
  const { password, ca, connectTimeout, queryTimeout, lockout, filter, people, groups, ...rest } = filled
  const preset = LDAP_PRESETS[filled.kind]
  return {
    ...rest,
    password: new Secret(password),
    filter: filter ?? preset.filter,
    people: { ...preset.people, ...people },
    ...(groups && { groups: { ...preset.groups, base: filled.base, ...groups } }),
    ...(ca !== undefined && { caFile: resolve(folder, ca) }),
    connectTimeoutMs: durationSeconds(connectTimeout) * 1_000,
    queryTimeoutMs: durationSeconds(queryTimeout) * 1_000,
    ...(lockout !== undefined && { lockoutMs: durationSeconds(lockout) * 1_000 }),
  }
}
