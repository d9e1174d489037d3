import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node'
import {
  CodeAction,
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  FileChangeType,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  type CompletionItem,
  type Hover,
  type InitializeResult,
  type Location,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol'

const COMMAND = new URL('../../dist/main.js', import.meta.url).pathname

/** An editor with one language server in a process of its own. Places are lines and UTF-16 units from 0. */
export interface Editor {
  readonly abilities: InitializeResult
  open(path: string, words: string): void
  /** Replaces the whole text. */
  change(path: string, words: string): void
  save(path: string): void
  close(path: string): void
  /** Tells that a file changed on disk. */
  touched(path: string): void
  /** The newest diagnostics of a file that fit, now or as soon as they come. */
  diagnostics(path: string, fits: (published: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams>
  complete(path: string, line: number, character: number): Promise<readonly CompletionItem[]>
  hover(path: string, line: number, character: number): Promise<Hover | null>
  definition(path: string, line: number, character: number): Promise<Location | null>
  /** Repairs offered on a line. */
  actions(path: string, line: number): Promise<readonly CodeAction[]>
  /** Leaves politely. Gives the exit code and what the process wrote beside the protocol. */
  leave(): Promise<{ readonly code: number | null; readonly beside: string }>
  /** Hangs up without a word. */
  hangUp(): Promise<number | null>
}

/** Starts the built command and shakes hands. */
export async function openEditor(folder: string, env: Record<string, string> = {}): Promise<Editor> {
  const fault = inject('buildFault')
  if (fault !== '') throw new Error(`there is no fresh build to start: ${fault}`)
  const child = spawn(process.execPath, [COMMAND, 'lsp', '--stdio'], { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  const beside = text(child.stderr)
  const wire = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
  const published = gather(wire)
  wire.onError(() => undefined)
  wire.listen()
  const abilities = await wire.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: uri(folder),
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } } },
  })
  await wire.sendNotification(InitializedNotification.type, {})

  const versions = new Map<string, number>()
  const tell = (sent: Promise<void>): void => void sent.catch(() => undefined)
  const place = (path: string, line: number, character: number) => ({ textDocument: { uri: uri(path) }, position: { line, character } })
  const versionAfter = (path: string): number => {
    const version = (versions.get(path) ?? 0) + 1
    versions.set(path, version)
    return version
  }
  return {
    abilities,
    open: (path, words) =>
      tell(
        wire.sendNotification(DidOpenTextDocumentNotification.type, {
          textDocument: { uri: uri(path), languageId: 'yaml', version: versionAfter(path), text: words },
        }),
      ),
    change: (path, words) =>
      tell(
        wire.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument: { uri: uri(path), version: versionAfter(path) },
          contentChanges: [{ text: words }],
        }),
      ),
    save: (path) => tell(wire.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: uri(path) } })),
    close: (path) => tell(wire.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: uri(path) } })),
    touched: (path) =>
      tell(wire.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: uri(path), type: FileChangeType.Changed }] })),
    diagnostics: (path, fits) => published(uri(path), fits),
    async complete(path, line, character) {
      const found = await wire.sendRequest(CompletionRequest.type, place(path, line, character))
      return Array.isArray(found) ? found : (found?.items ?? [])
    },
    hover: (path, line, character) => wire.sendRequest(HoverRequest.type, place(path, line, character)),
    async definition(path, line, character) {
      const found = await wire.sendRequest(DefinitionRequest.type, place(path, line, character))
      return found !== null && 'uri' in found ? found : null
    },
    async actions(path, line) {
      const range = { start: { line, character: 0 }, end: { line, character: 1_000 } }
      const found = await wire.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: uri(path) },
        range,
        context: { diagnostics: [] },
      })
      return (found ?? []).filter((one) => CodeAction.is(one))
    },
    async leave() {
      await wire.sendRequest(ShutdownRequest.type)
      await wire.sendNotification(ExitNotification.type)
      return { code: await ended, beside: await beside }
    },
    async hangUp() {
      child.stdin.end()
      return ended
    },
  }
}

/** Keeps what was published last for each file, and wakes whoever waits for it. */
function gather(wire: MessageConnection) {
  const newest = new Map<string, PublishDiagnosticsParams>()
  const waiting = new Set<() => void>()
  wire.onNotification(PublishDiagnosticsNotification.type, (params) => {
    newest.set(params.uri, params)
    for (const look of waiting) look()
  })
  return (of: string, fits: (published: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = newest.get(of)
        if (!found || !fits(found)) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
}

function uri(path: string): string {
  return pathToFileURL(path).href
}
