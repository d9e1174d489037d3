import { standing } from './groups.js'

/** The keys of `rekey.yaml` below `limits`. */
export const LIMITS_SCHEMA = standing('Limits of flows that name none. A rate is a count and a window: `5/h`, `3/15m`.', {
  failures: standing('Failed proofs.', {
    principal: { type: 'string', default: '5/h', description: 'Of one person, over all conversations.' },
    inRow: standing('Of one person in a row at one type of step, over all conversations, until one succeeds.', {
      free: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 10, description: 'How many cost nothing.' },
      wait: { type: 'string', format: 'duration', default: '1m', description: 'The wait after those; each further failure doubles it.' },
      longest: { type: 'string', format: 'duration', default: '24h', description: 'The longest wait.' },
      most: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        default: 100,
        description:
          'After so many no answer is right until `rekey lockouts clear`. A standard allows 100 (NIST SP 800-63B); flows cannot name more.',
      },
    }),
  }),
  starts: standing('Starts of conversations.', {
    address: { type: 'string', default: '600/h', description: 'From one network address (IPv6: from one /64).' },
    store: {
      type: 'string',
      default: '10000/m',
      description:
        'In one store: of all flows and servers together, from all addresses. It bounds what strangers can make the store hold, so flows cannot name another one. Callers who prove themselves first are not counted.',
    },
  }),
  messages: standing('Mails and other messages.', {
    conversation: { type: 'integer', minimum: 1, maximum: 100, default: 3, description: 'In one conversation.' },
    destination: { type: 'string', default: '5/h', description: 'To one address, over all conversations.' },
    flow: {
      type: 'string',
      description:
        'Of each flow in all, to bound what messages cost: what is too many is not sent, in silence. Names that nobody has count as well, and whoever begins enough conversations can use it up for everybody, so watch it. Default: none.',
    },
  }),
})
