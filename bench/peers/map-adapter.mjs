// A database adapter in better-auth's favour: maps, with an index for each column that a reset asks by. Its own memory adapter copies every table at every
// transaction, and looks through all rows; a real database would have to be waited for.
import { createAdapterFactory } from 'better-auth/adapters'

const INDEXED = { user: ['email'], account: ['userId'], verification: ['identifier'], session: ['token'] }
/** Of what is under way: rows that ran out are looked for so. */
const MOST_LOOKED_THROUGH = 1_000

/** @param {Record<string, object[]>} rows what is there at the beginning, by table. */
export function mapAdapter(rows) {
  const tables = new Map(Object.entries(rows).map(([name, seeded]) => [name, new Table(INDEXED[name] ?? [], seeded)]))
  const of = (model) => tables.get(model)
  return createAdapterFactory({
    config: { adapterId: 'maps', adapterName: 'Maps', supportsArrays: true, supportsJSON: true, transaction: false },
    adapter: () => ({
      create: async ({ model, data }) => of(model).put(data),
      update: async ({ model, where, update }) => {
        const [row] = of(model).find(where)
        return row === undefined ? null : of(model).change(row, update)
      },
      updateMany: async ({ model, where, update }) => {
        const found = of(model).find(where)
        for (const row of found) of(model).change(row, update)
        return found.length
      },
      findOne: async ({ model, where }) => of(model).find(where)[0] ?? null,
      findMany: async ({ model, where = [], limit }) => of(model).find(where).slice(0, limit),
      delete: async ({ model, where }) => void of(model).take(where),
      deleteMany: async ({ model, where }) => of(model).take(where).length,
      consumeOne: async ({ model, where }) => of(model).take(where, 1)[0] ?? null,
      count: async ({ model, where = [] }) => of(model).find(where).length,
    }),
  })
}

class Table {
  #rows = new Map()
  #indexes

  constructor(indexed, seeded) {
    this.#indexes = new Map(indexed.map((field) => [field, new Map()]))
    for (const row of seeded) this.put(row)
  }

  put(row) {
    this.#rows.set(row.id, row)
    for (const [field, index] of this.#indexes) {
      const known = index.get(row[field])
      if (known === undefined) index.set(row[field], new Set([row]))
      else known.add(row)
    }
    return row
  }

  change(row, update) {
    this.#drop(row)
    return this.put(Object.assign(row, update))
  }

  find(where) {
    return [...this.#candidates(where)].filter((row) => where.every((clause) => fits(row, clause)))
  }

  take(where, most = Infinity) {
    const found = this.find(where).slice(0, most)
    for (const row of found) this.#drop(row)
    return found
  }

  #candidates(where) {
    for (const { field, value, operator } of where) {
      if (operator !== 'eq') continue
      if (field === 'id') return this.#rows.has(value) ? [this.#rows.get(value)] : []
      const index = this.#indexes.get(field)
      if (index !== undefined) return index.get(value) ?? []
    }
    if (this.#rows.size > MOST_LOOKED_THROUGH) throw new Error('the adapter of the bench lacks an index, and would look through all rows')
    return this.#rows.values()
  }

  #drop(row) {
    this.#rows.delete(row.id)
    for (const [field, index] of this.#indexes) {
      const known = index.get(row[field])
      known?.delete(row)
      if (known?.size === 0) index.delete(row[field])
    }
  }
}

/** The operators that a reset uses; another one is a fault of this bench. */
function fits(row, { field, value, operator, connector }) {
  if (connector === 'OR') throw new Error('the adapter of the bench knows no OR')
  if (operator === 'eq') return row[field] === value
  if (operator === 'ne') return row[field] !== value
  if (operator === 'lt') return row[field] < value
  throw new Error(`the adapter of the bench does not know \`${operator}\``)
}
