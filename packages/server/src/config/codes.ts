/**
 * Every fault a configuration can have, with what it means and how it is repaired. The codes are permanent, like those of flow
 * files; `docs/configuration.md` lists them from here.
 */
export const CONFIG_CODES = {
  'config-unreadable': {
    means: 'The configuration file cannot be read.',
    repair: 'Correct the path in `REKEY_CONFIG` or `--config`, or make the file readable for the server.',
  },
  'config-syntax': {
    means: 'The text is no YAML, or YAML that means something else than it seems to.',
    repair: 'Repair the place the report points at; quote values that hold `: `, `#`, `!` or `&`.',
  },
  'config-unknown-key': { means: 'There is no such key.', repair: 'Take the near name the report offers, or delete the key.' },
  'config-missing-key': { means: 'A key that its neighbours make necessary is absent.', repair: 'Add it.' },
  'config-value': {
    means: 'The value has the wrong type or lies outside the range.',
    repair: 'The report says what the key takes; the tables on this page say it too.',
  },
  'config-missing-variable': {
    means: 'A value refers to an environment variable that is not set, or is empty.',
    repair: 'Set the variable for the server; write `$${` where a literal `${` is meant.',
  },
  'config-missing-file': {
    means: 'A file or folder that the configuration names is not there.',
    repair: 'Correct the path: relative paths count from the folder of the configuration file.',
  },
  'config-weak-key': {
    means: 'A secret of `keys` is short, a sample, a pattern or a text, so that it could be guessed.',
    repair: 'Make one with `openssl rand -base64 32`, and hand it over through the environment.',
  },
  'config-duplicate': { means: 'The same id or the same secret stands twice.', repair: 'Give each key an id and a secret of its own.' },
  'config-needs-keys': {
    means: 'Several processes share a store, but each would generate keys of its own and refuse the tokens of the others.',
    repair: 'Configure `keys.signing` and `keys.stable`, the same for all processes.',
  },
  'config-dev-exposed': {
    means:
      '`dev: true` would open the mailbox and other aids of development to a network: by `host`, by `publicUrl`, or by a trusted proxy.',
    repair: 'Keep the server to this machine, or leave `dev` at `auto`.',
  },
  'config-unusable-step': {
    means:
      'A step of a flow cannot work with this configuration: nobody judges its captcha, or nothing can say that its generated password must be changed.',
    repair: 'Configure what the report names, or take the step out of the flow.',
  },
  'config-plugin': { means: 'A plugin cannot be loaded.', repair: 'The report says why.' },
} as const satisfies Record<string, { readonly means: string; readonly repair: string }>

export type ConfigCode = keyof typeof CONFIG_CODES

/** The page that explains them all. */
export const CONFIG_PAGE = 'docs/configuration.md'
