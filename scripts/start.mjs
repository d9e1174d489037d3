// `npm start`: the server in this process, on embedded defaults or on what `rekey.yaml` says. `npm start -- --port 9000` hands on options.
import { rekey } from './rekey.mjs'

await rekey(['serve', ...process.argv.slice(2)])
