// What `worker-build` would write: makes an instance of the module, and exports what handles requests.

import module from "./worker_bg.wasm";
import { fetch, initSync } from "./worker.js";

initSync({ module });

export default { fetch };
