import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SourceFile } from '@rekey/core'
import { isFlowFile } from '../../config/flow-files.js'

const git = promisify(execFile)

/** A file of flows is small; what git says of several is not. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Reads flow files as they are in a commit of git, in the order of their paths. Names that begin with a dot are passed over.
 * @param ref a branch, tag or commit.
 * @param paths files or folders, relative to the working directory; what the commit does not have is left out.
 * @throws GitRefused with git's own words.
 */
export async function readGitFiles(ref: string, paths: readonly string[], cwd: string): Promise<readonly SourceFile[]> {
  if (ref.startsWith('-')) throw new GitRefused(`\`${ref}\` is no branch, tag or commit`)
  const listed = await say(['ls-tree', '-r', '-z', '--name-only', ref, '--', ...paths], cwd)
  const names = listed.split('\0').filter((name) => isFlowFile(name) && !/(?:^|\/)\.[^./]/.test(name))
  const files: SourceFile[] = []
  for (const name of names.toSorted()) files.push(new SourceFile(name, await say(['show', `${ref}:./${name}`], cwd)))
  return files
}

/** Git is not there, or said no. */
export class GitRefused extends Error {}

async function say(args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await git('git', args, { cwd, maxBuffer: MOST_BYTES })
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : ''
    throw new GitRefused(said.split('\n')[0]?.replace(/^fatal: /, '') || 'git cannot be run here', { cause: error })
  }
}
