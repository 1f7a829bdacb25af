# Builds the addon: the kernels once for each instruction set, each set a static library with its own flags, and
# the rest for the processor's baseline.
{
  'variables': {
    'kernel_sources': ['<!@(node scripts/list-kernel-sources.mjs)'],
    'common_flags': ['-std=c++17', '-O3', '-fno-math-errno', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-maybe-uninitialized'],
    'avx512_flags': ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma', '-mf16c', '-mprefer-vector-width=512'],
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
      'defines': ['MALMOI_ISA=portable', 'MALMOI_VECTOR_BYTES=16'],
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
          'defines': ['MALMOI_ISA=avx2', 'MALMOI_VECTOR_BYTES=32'],
          'cflags_cc': ['-mavx2', '-mfma', '-mf16c'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['-mavx2', '-mfma', '-mf16c'] },
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['MALMOI_ISA=avx512', 'MALMOI_VECTOR_BYTES=64'],
          'cflags_cc': ['<@(avx512_flags)'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(avx512_flags)'] },
        },
        {
          'target_name': 'kernels_avx512bf16',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['MALMOI_ISA=avx512bf16', 'MALMOI_VECTOR_BYTES=64', 'MALMOI_BF16'],
          'cflags_cc': ['<@(avx512_flags)', '-mavx512bf16'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(avx512_flags)', '-mavx512bf16'] },
        },
        {
          'target_name': 'kernels_amx',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['MALMOI_ISA=amx', 'MALMOI_VECTOR_BYTES=64', 'MALMOI_AMX'],
          'cflags_cc': ['<@(avx512_flags)', '-mavx512bf16', '-mamx-tile', '-mamx-bf16'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<@(avx512_flags)', '-mavx512bf16', '-mamx-tile', '-mamx-bf16'] },
        },
      ],
    }],
  ],
}
