import type { OpenStore, StoreFixture, StoreWishes } from './store-fixture.js'

/** Runs one case on a store of its own. */
export function withStore(open: OpenStore, run: (store: StoreFixture) => Promise<void>, wishes: StoreWishes = {}): () => Promise<void> {
  return async () => {
    const store = await open(wishes)
    try {
      await run(store)
    } finally {
      await store.close()
    }
  }
}
