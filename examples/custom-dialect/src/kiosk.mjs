import { defineDialect } from '@rekey/server/dialect'
import { readSay } from './read.mjs'
import { writeFault, writeReply } from './write.mjs'

/**
 * A wire for a touch screen that shows one line of text at a time: `POST /kiosk/:as` takes `{session?, say?}` and answers with what to ask
 * next. It was invented for this example; everything that a dialect is made of stands in it once.
 */
export const kiosk = defineDialect({
  name: 'kiosk',
  // A flow that asks for anything else does not compile when it speaks this dialect.
  kinds: ['identifier', 'code', 'password', 'newPassword'],
  // What a flow may set under `speaks: { kiosk: … }`: wording only.
  options: { as: { type: 'string', pattern: '^[a-z][a-z0-9-]*$', description: 'Name of the flow in the path' } },
  // What `rekey.yaml` may set under `dialects: { kiosk: … }`.
  settings: { path: { type: 'string', pattern: '^(/[a-z0-9-]+)+$', default: '/kiosk', description: 'Where the kiosk is served' } },
  // The flow is named in the path, so that a flow without `speaks` is served here as well.
  speaksByDefault: true,
  // Mails go out as soon as their question is reached.
  opens: 'eager',

  mount({ path }) {
    const prefix = typeof path === 'string' ? path : '/kiosk'
    return {
      prefixes: [prefix],
      routes: [{ method: 'POST', path: `${prefix}/:as`, read: readSay, write: writeReply }],
      stray: (_request, fault) => writeFault(fault),
      addresses: (as) => [`POST ${prefix}/${as}`],
    }
  },
})
