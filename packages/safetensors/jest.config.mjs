import { jestConfig } from '../../jest.preset.mjs';

// The durability tests start some sixty processes under strace; on a busy machine each takes seconds.
export default jestConfig('safetensors', { testTimeout: 120_000 });
