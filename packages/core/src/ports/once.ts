import { service } from '../step/service.js'

/** One-time values that outlive a conversation, such as a used TOTP step. */
export interface Once {
  /** @returns true the first time a key is claimed within its life, false ever after. One atomic act. */
  claim(key: string, ttlSeconds: number): Promise<boolean>
}

export const Once = service<Once>('Once')
