import { spawn } from 'node:child_process'

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Written to standard input and nowhere else. */
  readonly input: string
  readonly timeoutMs: number
  readonly maxOutputBytes: number
}

export type CommandResult =
  | { readonly is: 'output'; readonly text: string }
  | { readonly is: 'failed'; readonly why: 'not-started' | 'exit-code' | 'timeout' | 'too-much-output' }

/** All that a program sees of our environment; secrets are handed to us through it. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' }

/**
 * Runs a program without a shell. When its time is over or it writes too much, it is killed together with every process it has started that
 * stayed in its group; what does not end its output counts as not done.
 */
export function runCommand({ program, args, input, timeoutMs, maxOutputBytes }: Command): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { shell: false, env: ENVIRONMENT, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
    const parts: Buffer[] = []
    let size = 0
    let settled = false
    const settle = (result: CommandResult): void => {
      if (settled) return
      settled = true
      clearTimeout(deadline)
      killGroup(child.pid)
      child.stdout.destroy()
      child.stdin.destroy()
      resolve(result)
    }
    const deadline = setTimeout(() => settle({ is: 'failed', why: 'timeout' }), timeoutMs)
    child.once('error', () => settle({ is: 'failed', why: 'not-started' }))
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size > maxOutputBytes) settle({ is: 'failed', why: 'too-much-output' })
      else parts.push(part)
    })
    // A program may judge without reading all of its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.once('close', (code) => {
      settle(code === 0 ? { is: 'output', text: Buffer.concat(parts).toString('utf8') } : { is: 'failed', why: 'exit-code' })
    })
  })
}

/** The program leads a group of its own, so that what it started goes with it. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The whole group has ended already.
  }
}
