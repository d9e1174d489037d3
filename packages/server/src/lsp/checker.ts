import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flowSchema, SourceFile, type Diagnostic, type JsonObject } from '@rekey/core'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { checkFiles } from './check-files.js'
import { readSettings, type EditorSettings, type SettingsPlace } from './settings.js'
import { toShown, uriOfPath, type Shown } from './to-lsp.js'

/** What was found in one file; `version` is that of the open document which was read. */
export interface CheckedFile {
  readonly uri: string
  readonly version?: number
  readonly found: readonly Shown[]
}

/**
 * Checks what is open and what lies beside it, one run at a time: whatever changes during a run is checked by the next one, so that a burst of
 * keystrokes costs two runs.
 */
export class Checker {
  #settings: EditorSettings | undefined
  #schema: JsonObject = {}
  #checked: ReadonlyMap<string, CheckedFile> = new Map()
  #fragments: readonly string[] = []
  #run: Promise<void> | undefined
  #again = false
  #stale = true

  constructor(
    private readonly place: SettingsPlace,
    private readonly open: () => readonly TextDocument[],
    private readonly publish: (file: CheckedFile) => void,
    private readonly report: (fault: unknown) => void,
  ) {}

  /** Whether a file is the configuration; only after the first run. */
  isConfig(uri: string): boolean {
    return this.#settings !== undefined && pathOf(uri) === this.#settings.configFile
  }

  /** Reads the configuration again before the next run. */
  forgetSettings(): void {
    this.#stale = true
  }

  /** Checks everything, soon. @returns when nothing is left to check. */
  check(): Promise<void> {
    this.#again = true
    this.#run ??= this.#runAll().finally(() => {
      this.#run = undefined
    })
    return this.#run
  }

  /** What was found in a file when everything was last checked. */
  async checked(uri: string): Promise<CheckedFile | undefined> {
    await this.#run
    return this.#checked.get(uri)
  }

  /** The schema of flow files with all steps that the configuration knows. */
  async schema(): Promise<JsonObject> {
    await this.#run
    return this.#schema
  }

  /** Paths that an `include` of a file may name, as the file would write them. */
  async fragmentsFor(uri: string): Promise<readonly string[]> {
    await this.#run
    const path = pathOf(uri)
    if (path === undefined) return []
    const others = this.#fragments.filter((fragment) => fragment !== path)
    return others.map((fragment) => relative(dirname(path), fragment)).map((below) => (below.startsWith('.') ? below : `./${below}`))
  }

  async #runAll(): Promise<void> {
    // What has arrived together is read before the first run begins.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#again) {
      this.#again = false
      await this.#runOnce().catch(this.report)
    }
  }

  async #runOnce(): Promise<void> {
    if (this.#stale || !this.#settings) {
      this.#stale = false
      this.#settings = await readSettings(this.place, this.#settings)
      this.#schema = flowSchema(this.#settings.registry)
    }
    const settings = this.#settings
    const { cwd } = this.place
    // Texts and versions are taken together, before anything is waited for: documents change in place.
    const documents = new Map(this.open().flatMap(withPath))
    const versions = new Map([...documents].map(([path, { version }]) => [path, version]))
    const buffers = new Map([...documents].map(([path, document]) => [path, document.getText()]))
    const { found: inFlows, fragments } = await checkFiles(settings, buffers, cwd)
    const findings = new Map(inFlows).set(settings.configFile, aboutConfig(settings, cwd))
    this.#fragments = fragments
    const uriOf = (path: string): string => documents.get(resolve(cwd, path))?.uri ?? uriOfPath(path, cwd)
    const checked = [...findings].map(([path, found]): CheckedFile => {
      const version = versions.get(path)
      return { uri: uriOf(path), ...(version !== undefined && { version }), found: found.map((one) => toShown(one, uriOf)) }
    })
    this.#tell(new Map(checked.map((file) => [file.uri, file])))
  }

  /** Publishes what is new, and clears files about which nothing is said any more. */
  #tell(checked: ReadonlyMap<string, CheckedFile>): void {
    const before = this.#checked
    this.#checked = checked
    for (const file of checked.values()) {
      const known = before.get(file.uri)
      const isNews = known ? JSON.stringify(known) !== JSON.stringify(file) : file.found.length > 0 || file.version !== undefined
      if (isNews) this.publish(file)
    }
    for (const { uri, found } of before.values()) if (!checked.has(uri) && found.length > 0) this.publish({ uri, found: [] })
  }
}

/** Absolute path of an open document; nothing for one that is no file. */
function withPath(document: TextDocument): readonly (readonly [path: string, document: TextDocument])[] {
  const path = pathOf(document.uri)
  return path === undefined ? [] : [[path, document]]
}

function pathOf(uri: string): string | undefined {
  if (!URL.canParse(uri) || !uri.startsWith('file:')) return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    // A file of another machine, or a name with an encoded slash.
    return undefined
  }
}

/** What is wrong in a variable is told in the file, as an editor has no other place. */
function aboutConfig({ faults, configFile }: EditorSettings, cwd: string): readonly Diagnostic[] {
  return faults.map((fault) =>
    resolve(cwd, fault.file.path) === configFile
      ? fault
      : { ...fault, message: `${fault.file.path}: ${fault.message}`, file: new SourceFile(configFile, ''), span: { start: 0, end: 0 } },
  )
}
