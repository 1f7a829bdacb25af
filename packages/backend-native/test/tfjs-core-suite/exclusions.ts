// The specs of tfjs-core that do not count, exactly, and why. All of them need what only a browser has.
import type { Exclusions } from './verdict.ts';

/** They are run all the same and have to fail, so that none stays in the list once it passes. */
export const exclusions: Exclusions = {
  'io/browser_files': {
    reason: 'saves through <a download> and reads through FileReader, which only browsers have',
    specs: [
      'browserDownloads Download only model topology',
      'browserDownloads Explicit file name prefix, with existing anchors',
      'browserDownloads No file name provided, with existing anchors',
      'browserDownloads URL scheme in explicit name gets stripped',
      'browserDownloads browserDownloadsRouter',
      'browserFiles Duplicate basenames in paths fails',
      'browserFiles Mismatch in manifest paths and file names',
      'browserFiles Mismatch in number of paths and number of files',
      'browserFiles Missing modelTopology from JSON leads to Error',
      'browserFiles One group, one path',
      'browserFiles One group, two paths',
      'browserFiles Two groups, four paths, reverseOrder=false',
      'browserFiles Two groups, four paths, reverseOrder=true',
      'browserFiles Upload model topology only',
    ],
  },
  'io/http': {
    reason: 'reads the body of the request with FileReader, or spies on window.fetch',
    specs: [
      'http-load JSON model 1 group, 2 weights, 1 path',
      'http-load JSON model 1 group, 2 weights, 1 path, with requestInit',
      'http-load JSON model Provide WeightFileTranslateFunc',
      'http-save Save topology and weights, PUT method, extra headers',
      'http-save Save topology and weights, default POST method',
      'http-save Save topology only, default POST method',
    ],
  },
  'io/indexed_db': {
    reason: 'needs IndexedDB',
    specs: [
      'IndexedDB Loading nonexistent model fails',
      'IndexedDB Manager: Failed removeModel',
      'IndexedDB Manager: List models: 0 result',
      'IndexedDB Manager: List models: 1 result',
      'IndexedDB Manager: List models: 2 results',
      'IndexedDB Manager: Successful removeModel with URL scheme',
      'IndexedDB Manager: Successful removeModel',
      'IndexedDB Null, undefined or empty modelPath throws Error',
      'IndexedDB Save two models and load one',
      'IndexedDB Save-load round trip',
      'IndexedDB router',
    ],
  },
  'io/local_storage': {
    reason: 'needs window.localStorage',
    specs: [
      'LocalStorage Data size too large leads to error thrown',
      'LocalStorage Loading model with missing topology fails.',
      'LocalStorage Loading model with missing weight data fails.',
      'LocalStorage Loading model with missing weight specs fails.',
      'LocalStorage Loading nonexistent model fails.',
      'LocalStorage Manager: List models: 0 result',
      'LocalStorage Manager: List models: 1 result',
      'LocalStorage Manager: List models: 2 results',
      'LocalStorage Manager: Successful deleteModel',
      'LocalStorage Null, undefined or empty modelPath throws Error',
      'LocalStorage Save artifacts succeeds',
      'LocalStorage Save-load round trip succeeds',
      'LocalStorage Save-load round trip succeeds: v0 format',
      'LocalStorage router',
    ],
  },
  'io/model_management': {
    reason: 'needs window.localStorage and IndexedDB',
    specs: [
      'ModelManagement Failed copyModel to invalid destination URL',
      'ModelManagement Failed copyModel to invalid source URL',
      'ModelManagement Failed copyModel',
      'ModelManagement Failed deletedModel: Absent scheme',
      'ModelManagement Failed deletedModel: Invalid scheme',
      'ModelManagement Failed deletedModel: Nonexistent model',
      'ModelManagement Failed moveModel to invalid destination URL',
      'ModelManagement copyModel: Identical oldPath and newPath leads to Error',
      'ModelManagement moveModel: Identical oldPath and newPath leads to Error',
    ],
  },
  'io/router_registry': {
    reason: 'asks for the handler of localstorage:// addresses',
    specs: ['IORouterRegistry getLoadHandler succeeds', 'IORouterRegistry getSaveHandler succeeds'],
  },
  'ops/draw': {
    reason: 'draws on an HTML canvas',
    specs: [
      'draw on canvas context draw 2D image in grayscale',
      'draw on canvas context draw image with 3 channels and float values',
      'draw on canvas context draw image with 3 channels and int values',
      'draw on canvas context draw image with 3 channels and int values, alpha=0.5',
      'draw on canvas context draw image with 4 channels and float values',
      'draw on canvas context draw image with 4 channels and int values',
      'draw on canvas context draw image with 4 channels and int values, alpha=0.5',
      'draw on canvas context draw image with alpha=0.5',
      'draw on canvas context draw image works when canvas has been used for 2d',
    ],
  },
  'ops/from_pixels': {
    reason: 'reads ImageData, HTML canvas, image and video elements',
    specs: [
      'fromPixels ImageData 1x1x3',
      'fromPixels ImageData 1x1x4',
      'fromPixels ImageData 2x2x3',
      'fromPixels ImageData 2x2x4',
      'fromPixels canvas and image match',
      'fromPixels fromPixels + fromPixels',
      'fromPixels fromPixels for HTMLCanvasElement',
      'fromPixels fromPixels for HTMLImageElement',
      'fromPixels fromPixels for HTMLVideoElement',
      'fromPixels fromPixels, 3 channels',
      'fromPixels fromPixels, reshape, then do tf.add()',
    ],
  },
  'platforms/platform_browser': {
    reason: 'tests the platform of browsers: self.fetch and postMessage',
    specs: ['PlatformBrowser fetch calls window.fetch', 'setTimeout setTimeoutCustom'],
  },
};

/** They are not even run: whether they fail depends on how busy the machine is. */
export const notRun: Exclusions = {
  'platforms/platform_browser': {
    reason:
      'measures that nested timers take the 4 ms that browsers impose, which Node.js does not',
    specs: ['setTimeout setTimeout'],
  },
};
