/** Keeps compiled machines for processes that never saw their flow file. */
export interface Machines {
  keep(hash: string, machine: string, ttlSeconds: number): Promise<void>
  /** @returns undefined when no process has kept that machine, or it has expired. */
  find(hash: string): Promise<string | undefined>
}
