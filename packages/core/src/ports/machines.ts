/** Keeps compiled machines for processes that never saw their flow file. */
export interface Machines {
  keep(hash: string, machine: string, ttlSeconds: number): Promise<void>
  /** Lets a kept machine last so long from now on. @returns false when it is not there any more. */
  extend(hash: string, ttlSeconds: number): Promise<boolean>
  /** @returns undefined when no process has kept that machine, or it has expired. */
  find(hash: string): Promise<string | undefined>
}
