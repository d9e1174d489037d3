import { service, type Secret } from '@rekey/core'

/** Knows which code the desk of a branch has handed to whom. */
export interface BranchRegister {
  /**
   * Whether this code was handed to this person. It costs the same for people who were never at a desk, and for people who do not exist.
   * @param userName whose code it would be.
   * @param code capital letters and digits, without blanks and hyphens.
   */
  isHandedTo(userName: string, code: Secret): Promise<boolean>
}

export const BranchRegister = service<BranchRegister>('acme/BranchRegister')
