# Builds the addon: the kernels once for each instruction set, each set a static library with its own flags
# (scripts/instruction-sets.mjs), and the rest for the processor's baseline.
{
  'variables': {
    'kernel_sources': ['<!@(node scripts/list-kernel-sources.mjs)'],
    'common_flags': ['<!@(node scripts/instruction-sets.mjs common)'],
  },
  'target_defaults': {
    'include_dirs': ['native'],
    'cflags_cc!': ['-fno-exceptions', '-std=gnu++17', '-std=gnu++20', '-fno-rtti'],
    'cflags_cc': ['<@(common_flags)'],
    'cflags': ['-fPIC'],
    'xcode_settings': {
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'MACOSX_DEPLOYMENT_TARGET': '12.0',
      'OTHER_CPLUSPLUSFLAGS': ['<@(common_flags)'],
    },
  },
  'targets': [
    {
      'target_name': 'kernels_portable',
      'type': 'static_library',
      'sources': ['<@(kernel_sources)'],
      'defines': ['<!@(node scripts/instruction-sets.mjs defines portable)'],
    },
    {
      'target_name': 'malmoi_native',
      'sources': ['<!@(node scripts/list-kernel-sources.mjs binding core)'],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': ['NAPI_VERSION=8', 'NAPI_CPP_EXCEPTIONS'],
      'dependencies': ['kernels_portable'],
      'conditions': [
        ['target_arch=="x64"', {
          'dependencies': ['kernels_avx2', 'kernels_avx512', 'kernels_avx512bf16', 'kernels_amx'],
        }],
        ['OS=="linux"', { 'libraries': ['-lpthread'] }],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'variables': { 'set_flags': ['<!@(node scripts/instruction-sets.mjs flags avx2)'] },
          'defines': ['<!@(node scripts/instruction-sets.mjs defines avx2)'],
          'cflags_cc': ['<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(set_flags)'] },
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'variables': { 'set_flags': ['<!@(node scripts/instruction-sets.mjs flags avx512)'] },
          'defines': ['<!@(node scripts/instruction-sets.mjs defines avx512)'],
          'cflags_cc': ['<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(set_flags)'] },
        },
        {
          'target_name': 'kernels_avx512bf16',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'variables': { 'set_flags': ['<!@(node scripts/instruction-sets.mjs flags avx512bf16)'] },
          'defines': ['<!@(node scripts/instruction-sets.mjs defines avx512bf16)'],
          'cflags_cc': ['<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(set_flags)'] },
        },
        {
          'target_name': 'kernels_amx',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'variables': { 'set_flags': ['<!@(node scripts/instruction-sets.mjs flags amx)'] },
          'defines': ['<!@(node scripts/instruction-sets.mjs defines amx)'],
          'cflags_cc': ['<@(set_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(set_flags)'] },
        },
      ],
    }],
  ],
}
