/* Which of the variants of this library the processor, and the system it runs under, can take. */

#include <stdint.h>

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>

static uint64_t saved_registers(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/* Return 4 for AVX-512, 3 for AVX2 with FMA, 1 for any x86-64: the levels of its ABI. */
int64_t bp_cpu_level(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return 1;
    const uint32_t fma = 1u << 12, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
    const uint32_t movbe = 1u << 22, wanted = fma | osxsave | avx | f16c | movbe;
    if ((c & wanted) != wanted || (saved_registers() & 0x06) != 0x06)
        return 1;
    if (!__get_cpuid_count(0x80000001, 0, &a, &b, &c, &d) || !(c & 1u << 5)) /* LZCNT */
        return 1;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return 1;
    const uint32_t bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8, level3 = bmi1 | avx2 | bmi2;
    if ((b & level3) != level3)
        return 1;
    const uint32_t f = 1u << 16, dq = 1u << 17, cd = 1u << 28, bw = 1u << 30, vl = 1u << 31;
    const uint32_t level4 = f | dq | cd | bw | vl;
    if ((b & level4) != level4 || (saved_registers() & 0xe6) != 0xe6)
        return 3;
    return 4;
}
#else
int64_t bp_cpu_level(void) { return 1; }
#endif
