import { service } from '../step/service.js'

/** Asks a program or web hook outside whether a request is right. It fails closed: whatever goes wrong is a no. */
export interface Validator {
  /**
   * @param name which of the configured validators.
   * @param input the request's body as it came; it goes to standard input, or into the body of the hook, and nowhere else.
   * @returns whether it agrees, and the reason for the log when not.
   */
  validate(name: string, input: string): Promise<{ readonly agrees: boolean; readonly reason?: string }>
}

export const Validator = service<Validator>('Validator')
