export { snapshotDownload } from './hub/snapshot-download.ts';
export { pushToHub } from './hub/push-to-hub.ts';
