import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CodeActionKind,
  createConnection,
  DidChangeWatchedFilesNotification,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Range,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Variables } from '../config/variables.js'
import { Checker } from './checker.js'
import { complete } from './complete.js'
import { definition } from './definition.js'
import { hover } from './hover.js'
import { pageOfCode, toAction } from './to-lsp.js'

/** What the command line told the server. */
export interface LanguageServerOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly env: Variables
  /** Used where the editor names no folder. */
  readonly cwd: string
  readonly config?: string
}

/** Larger documents are reported by the compiler and not looked into. */
const LARGEST = 128 * 1024

/** Serves one editor until it leaves. It reads files and never writes one, and opens no connection. */
export function serveEditor({ input, output, env, cwd, config }: LanguageServerOptions): Promise<void> {
  const connection = createConnection(ProposedFeatures.all, input, output)
  const documents = new TextDocuments(TextDocument)
  const report = (fault: unknown): void => connection.console.error(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))
  let checker: Checker | undefined
  let watches = false

  connection.onInitialize((params) => {
    const place = { cwd: folderOf(params) ?? cwd, env, ...(config !== undefined && { config: resolve(cwd, config) }) }
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true
    checker = new Checker(
      place,
      () => documents.all(),
      ({ uri, version, found }) =>
        void connection.sendDiagnostics({
          uri,
          ...(version !== undefined && { version }),
          diagnostics: found.map(({ diagnostic }) => diagnostic),
        }),
      report,
    )
    return ABILITIES
  })
  connection.onInitialized(() => {
    const watchers = [{ globPattern: '**/*.{yaml,yml}' }]
    if (watches) connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(report)
    void checker?.check()
  })

  documents.onDidChangeContent(() => void checker?.check())
  documents.onDidClose(() => void checker?.check())
  const onDisk = (uris: readonly string[]): void => {
    if (uris.some((uri) => checker?.isConfig(uri) === true)) checker?.forgetSettings()
    void checker?.check()
  }
  documents.onDidSave(({ document }) => onDisk([document.uri]))
  connection.onDidChangeWatchedFiles(({ changes }) => onDisk(changes.map(({ uri }) => uri)))
  answer(connection, documents, () => checker)
  documents.listen(connection)
  connection.listen()
  return new Promise((done) => connection.onExit(() => done()))
}

/** Answers what an editor asks about a place in a document. */
function answer(connection: Connection, documents: TextDocuments<TextDocument>, checkerOf: () => Checker | undefined): void {
  const looked = (uri: string): TextDocument | undefined => {
    const document = documents.get(uri)
    return document && document.getText().length <= LARGEST && checkerOf()?.isConfig(uri) !== true ? document : undefined
  }
  connection.onCompletion(async ({ textDocument: { uri }, position }) => {
    const schema = await checkerOf()?.schema()
    const document = looked(uri)
    if (!document || !schema) return []
    return [...complete(document, document.offsetAt(position), { schema, fragments: (await checkerOf()?.fragmentsFor(uri)) ?? [] })]
  })
  connection.onHover(async ({ textDocument: { uri }, position }) => {
    const schema = await checkerOf()?.schema()
    const document = looked(uri)
    return document && schema && hover(document, document.offsetAt(position), schema, pageOfCode)
  })
  connection.onDefinition(({ textDocument: { uri }, position }) => {
    const document = looked(uri)
    return document && definition(document, document.offsetAt(position))
  })
  connection.onCodeAction(async ({ textDocument: { uri }, range, context: { only } }) => {
    if (only && !only.some((kind) => kind === CodeActionKind.QuickFix || kind === CodeActionKind.Empty)) return []
    const checked = await checkerOf()?.checked(uri)
    // Edits for an older text would land in the wrong place.
    if (!checked || checked.version !== documents.get(uri)?.version) return []
    return checked.found.filter(({ diagnostic }) => meet(diagnostic.range, range)).flatMap((shown) => toAction(uri, shown))
  })
}

const ABILITIES: InitializeResult = {
  serverInfo: { name: 'rekey' },
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    completionProvider: { triggerCharacters: [' ', '[', '{', ',', '/'] },
    hoverProvider: true,
    definitionProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  },
}

/** The folder that is open in the editor. */
function folderOf({ workspaceFolders, rootUri }: InitializeParams): string | undefined {
  const uri = workspaceFolders?.[0]?.uri ?? rootUri
  return uri?.startsWith('file:') ? fileURLToPath(uri) : undefined
}

function meet(one: Range, other: Range): boolean {
  const before = (a: Range, b: Range): boolean =>
    a.end.line < b.start.line || (a.end.line === b.start.line && a.end.character < b.start.character)
  return !before(one, other) && !before(other, one)
}
