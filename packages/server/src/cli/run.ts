import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { CheckOptions } from './commands/check.js'
import type { DiffOptions } from './commands/diff.js'
import type { ImportOptions } from './commands/import.js'
import type { OpenapiOptions } from './commands/openapi.js'
import type { NewStepOptions } from './commands/new.js'
import type { ServeOptions } from './commands/serve.js'
import type { TestOptions } from './commands/test.js'
import type { TypesOptions } from './commands/types.js'
import { CONFIG_FLAG } from './config-flag.js'
import { EXIT } from './io.js'
import type { Io } from './io.js'
import { addOperatorCommands } from './operator-commands.js'
import { version } from './version.js'
import type { ConfigOption } from './workspace.js'

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
    .option('--processes <number>', 'processes that share the port')
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./commands/serve.js')
      code = await serve(io, options)
    })

  program
    .command('dev')
    .description('start the server for development: serve flow files anew when they are saved')
    .option(...CONFIG_FLAG)
    .option('-p, --port <number>', 'port to listen on')
    .option('--host <address>', 'address to listen on')
    .action(async (options: ServeOptions) => {
      const { dev } = await import('./commands/dev.js')
      code = await dev(io, options)
    })

  program
    .command('lsp')
    .description('speak the Language Server Protocol over standard input and output, for editors')
    .option(...CONFIG_FLAG)
    .option('--stdio', 'accepted because editors pass it; there is no other way')
    .action(async (options: ConfigOption) => {
      const { lsp } = await import('./commands/lsp.js')
      code = await lsp(io, options)
    })

  program
    .command('check')
    .description('check flow files: starts no server and opens no connection')
    .argument('[files...]', 'flow files or folders (default: the configured flows)')
    .option(...CONFIG_FLAG)
    .addOption(new Option('--format <format>', 'how faults are printed').choices(['text', 'json', 'github']).default('text'))
    .option('--fix', 'repair what can be repaired without asking, in place')
    .option('--dry', 'show what --fix would write, and write nothing')
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('./commands/check.js')
      code = await check(io, files, options)
    })

  program
    .command('test')
    .description('play the tests of flows: files called `*.test.yaml` beside them')
    .argument('[files...]', 'test files or folders (default: those among the configured flows)')
    .option(...CONFIG_FLAG)
    .addOption(new Option('--format <format>', 'how results are printed').choices(['text', 'json', 'github']).default('text'))
    .option('--coverage', 'show which steps and branches no test goes through')
    .option('--mutate', 'make each flow worse in one place at a time, and list what no test notices')
    .option('--dry', 'write nothing, and list what would be changed and sent')
    .option('--min-coverage <percent>', 'fail where fewer steps or branches are covered', percentage)
    .option('--min-mutation <percent>', 'make mutants, and fail where fewer of them are noticed', percentage)
    .action(async (files: readonly string[], options: TestOptions) => {
      const { test } = await import('./commands/test.js')
      code = await test(io, files, options)
    })

  program
    .command('diff')
    .description('tell what a change of flow files does: what became easier, what clients and people notice')
    .argument('[paths...]', 'the old and the new file or folder; with --git the new ones (default: the configured flows)')
    .option(...CONFIG_FLAG)
    .option('--git <commit>', 'compare with the files of a branch, tag or commit')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json', 'github']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'the mildest finding that fails the command')
        .choices(['danger', 'breaking', 'change', 'note', 'never'])
        .default('danger'),
    )
    .action(async (paths: readonly string[], options: DiffOptions) => {
      const { diff } = await import('./commands/diff.js')
      code = await diff(io, paths, options)
    })

  program
    .command('explain')
    .description('explain a code that `check` reports, with an example and its repair')
    .argument('[code]', 'the code, such as unknown-step (default: list all codes)')
    .action(async (asked: string | undefined) => {
      const { explain } = await import('./commands/explain.js')
      code = explain(io, asked)
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
    .command('types')
    .description('make the TypeScript modules by which clients speak to flows')
    .argument('[flows...]', 'ids of configured flows (default: all)')
    .option(...CONFIG_FLAG)
    .option('-o, --out <folder>', 'where to write them; one flow alone is printed without it')
    .action(async (flows: readonly string[], options: TypesOptions) => {
      const { types } = await import('./commands/types.js')
      code = await types(io, flows, options)
    })

  const importing = program.command('import').description('make flow files of what another product is configured with')
  importing
    .command('forgerock')
    .description('from processes of ForgeRock IDM; tells every setting that is not carried over')
    .argument('<files...>', '`selfservice-*.json`, and `selfservice.kba.json` beside them')
    .option(...CONFIG_FLAG)
    .option('-o, --out <folder>', 'where to write the flows', '.')
    .action(async (files: readonly string[], options: ImportOptions) => {
      const { importForgerock } = await import('./commands/import.js')
      code = await importForgerock(io, files, options)
    })

  program
    .command('openapi')
    .description('print the OpenAPI documents of the dialects as they are configured')
    .option('--dialect <name>', 'only this one (default: every one that serves a flow)')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['yaml', 'json']).default('yaml'))
    .option(...CONFIG_FLAG)
    .action(async (options: OpenapiOptions) => {
      const { openapi } = await import('./commands/openapi.js')
      code = await openapi(io, options)
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

  program
    .command('migrate')
    .description('bring the tables of the configured database to the present version')
    .option(...CONFIG_FLAG)
    .action(async (options: ConfigOption) => {
      const { migrateTables } = await import('./commands/migrate.js')
      code = await migrateTables(io, options)
    })

  const lookingAfter = addOperatorCommands(program, io, (ended) => {
    code = ended
  })

  const making = program.command('new').description('write something new to begin with')
  making
    .command('step')
    .description('write a package with a step of your own: it builds, and its tests pass')
    .argument('<name>', 'vendor and name of the step, such as acme/badgeNumber')
    .option('-d, --dir <folder>', 'folder of the package (default: named after the step)')
    .action(async (name: string, options: NewStepOptions) => {
      const { newStep } = await import('./commands/new.js')
      code = await newStep(io, name, options, version())
    })

  for (const command of [...program.commands, ...[importing, making, ...lookingAfter].flatMap(({ commands }) => commands)])
    command.copyInheritedSettings(program)

  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
    throw error
  }
}

function percentage(text: string): number {
  if (!/^(?:100|\d{1,2})$/.test(text)) throw new InvalidArgumentError('A whole number from 0 to 100 stands here.')
  return Number(text)
}

/** A usage error ends by saying where to look further. */
function teach(text: string): string {
  return `${text.replace(/^error: /, 'rekey: ')}see \`rekey --help\`, or \`rekey <command> --help\`\n`
}
