import { provide, service, type Provision, type Secret } from '../../../src/index.js'

/** Knows which badge each person wears: what the steps of this folder ask. */
export interface Badges {
  ownerOf(badge: string): string | undefined
  isOf(person: string, badge: Secret): Promise<boolean>
}

export const Badges = service<Badges>('acme/Badges')

/** The badge of the person that contracts are tried with. */
export const BADGE = 'badge-4711-of-jdoe'

export const badges: Provision = provide(Badges, () => ({
  ownerOf: (badge) => (badge === BADGE ? 'p-sample' : undefined),
  isOf: async (person, badge) => person === 'p-sample' && badge.reveal() === BADGE,
}))

/** What the steps that ask for a badge have in common. */
export const asksForBadge = {
  version: 1,
  description: 'Asks for the number of the badge',
  kind: 'code',
  channel: 'app',
  asks: 'Enter the number of your badge',
  answer: { badge: { type: 'string', secret: true, maxLength: 64, description: 'Number of the badge' } },
  required: ['badge'],
  needs: [],
  proves: { class: 'possession', channel: 'app' },
  refusal: { reason: 'badge-mismatch', at: '/badge' },
  inject: { badges: Badges },
} as const
