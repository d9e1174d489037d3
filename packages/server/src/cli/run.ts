import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { CheckOptions } from './commands/check.js'
import type { ServeOptions } from './commands/serve.js'
import { EXIT } from './io.js'
import type { Io } from './io.js'
import type { ConfigOption } from './workspace.js'

const CONFIG_FLAG = ['-c, --config <file>', 'configuration file (default: $REKEY_CONFIG, else rekey.yaml where it exists)'] as const

/**
 * Runs one command. Each command's code is loaded when it is called for, so that `check` loads no server.
 * @param argv without the names of node and of the program.
 * @returns the exit code.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.good
  const program = new Command('rekey')
    .description('Self-service credential flows: write them in YAML, check them, serve them.')
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(teach(text)),
    })
    .showSuggestionAfterError()

  program
    .command('serve')
    .description('start the server')
    .option(...CONFIG_FLAG)
    .option('-p, --port <number>', 'port to listen on')
    .option('--host <address>', 'address to listen on')
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./commands/serve.js')
      code = await serve(io, options)
    })

  program
    .command('check')
    .description('check flow files: starts no server and opens no connection')
    .argument('[files...]', 'flow files or folders (default: the configured flows)')
    .option(...CONFIG_FLAG)
    .addOption(new Option('--format <format>', 'how faults are printed').choices(['text', 'json']).default('text'))
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('./commands/check.js')
      code = await check(io, files, options)
    })

  program
    .command('schema')
    .description('print the JSON Schema of flow files, or of the configuration, for editors')
    .addArgument(program.createArgument('[of]', 'what the schema describes').choices(['flow', 'config']).default('flow'))
    .option(...CONFIG_FLAG)
    .action(async (of: 'flow' | 'config', options: ConfigOption) => {
      const { schema } = await import('./commands/schema.js')
      code = await schema(io, of, options)
    })

  program
    .command('graph')
    .description('print a flow as a Mermaid diagram')
    .argument('<flow>', 'id of a configured flow, or a flow file')
    .option(...CONFIG_FLAG)
    .action(async (flow: string, options: ConfigOption) => {
      const { graph } = await import('./commands/graph.js')
      code = await graph(io, flow, options)
    })

  program
    .command('steps')
    .description('print the reference of all steps as Markdown')
    .option(...CONFIG_FLAG)
    .action(async (options: ConfigOption) => {
      const { steps } = await import('./commands/steps.js')
      code = await steps(io, options)
    })

  program
    .command('token')
    .description('print a bearer token for a demo person, to try calls with; in development only')
    .argument('<userName>', 'user name of the person')
    .option(...CONFIG_FLAG)
    .action(async (userName: string, options: ConfigOption) => {
      const { token } = await import('./commands/token.js')
      code = await token(io, userName, options)
    })

  for (const command of program.commands) command.copyInheritedSettings(program)

  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
    throw error
  }
}

/** A usage error ends by saying where to look further. */
function teach(text: string): string {
  return `${text.replace(/^error: /, 'rekey: ')}see \`rekey --help\`, or \`rekey <command> --help\`\n`
}

function version(): string {
  const text: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof text === 'object' && text !== null && 'version' in text ? String(text.version) : 'unknown'
}
