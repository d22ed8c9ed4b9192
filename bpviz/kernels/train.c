/*
 * Training on many batches in one go: what bpviz/engine/stages.py says, in single precision.
 *
 * Names are those of the textbook: z = a W + b, a = f(z), delta = dL_n/dz. Arrays are row-major,
 * a sample a row. Each sum is taken in a fixed order, and each function below does one stage of a
 * batch, called one by one or by bp_train in a loop, so that stepping and running give the same
 * bits.
 */

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { RELU, LEAKY_RELU, TANH, SIGMOID, LINEAR, SOFTMAX };
enum { CROSS_ENTROPY, SQUARED_ERROR };
enum { SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM };

static const float LEAK = 0.01f;
/* More zeros than this among the inputs, and they are worth skipping. */
static const double SPARSE = 0.6;

/* A network, what trains it, and the room that one batch needs. The arrays are Python's. */
typedef struct {
    int64_t layers;         /* with weights */
    const int64_t *sizes;   /* (layers + 1,) inputs first */
    int64_t hidden, output; /* activation functions */
    int64_t loss;
    float *params; /* (n_params,) W of the first layer row by row, its b, ... */

    int64_t optimizer, train_biases;
    double learning_rate, weight_decay;
    double momentum;       /* mu; of Adam beta1 */
    double square_decay;   /* rho; of Adam beta2 */
    double epsilon;
    int64_t t;             /* steps that Adam has made */
    float *moment;         /* (n_params,) velocity; of Adam m */
    float *square;         /* (n_params,) v */

    int64_t n;       /* samples of the batch under way */
    int64_t n_inked; /* of all their inputs, how many are not zero */
    int64_t *rows;   /* (n + 1,) where in the next two arrays each sample begins */
    int32_t *where;  /* (n * n_in,) which inputs are not zero */
    float *ink;      /* (n * n_in,) and what they are */
    int64_t *columns;     /* (n_in + 1,) the same by inputs: where each begins */
    int32_t *whose;       /* (n * n_in,) in which samples it is not zero */
    float *column_ink;    /* (n * n_in,) and what it is */
    float *x;        /* (n, n_in) */
    float *y;        /* (n, n_out) */
    float *z, *a, *delta; /* the layers' (n, n_out) one after the other */
    float *share;    /* (n, widest) delta / n of one layer */
    float *values;   /* (n,) losses */
    float *gradient; /* (n_params,) */
    float *step;     /* (n_params,) */
    float *before;   /* (n_params,) the parameters before the update */
    float *panel;    /* (widest or n, 2 * LANES) a strip of a matrix */
    int64_t keeps;   /* whether x, step and before are to be filled */
} Network;

/* Samples: either pixels with the input that each of the 256 shades stands for, or x itself. */
typedef struct {
    const uint8_t *pixels; /* (samples, n_in) or null */
    const float *shades;   /* (256,) */
    const float *x;        /* (samples, n_in) or null */
    const uint8_t *labels; /* (samples,) the row of y of each; null: its own number */
    const float *y;        /* (labels or samples, n_out) */
} Samples;

/* -- products of matrices -------------------------------------------------------------------- */

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
#define TILE_ROWS 6

typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/*
 * One tile of c = a b, held in registers: some rows, one or two vectors of columns.
 *
 * Element (i, k) of a lies at a[i * a_row + k * a_depth]; rows of b are b_row apart.
 */
static inline __attribute__((always_inline)) void tile(
    const int rows, const int vectors, float *c, int64_t c_row, const float *a, int64_t a_row,
    int64_t a_depth, const float *b, int64_t b_row, int64_t depth, int64_t columns) {
    Vector sums[TILE_ROWS][2];
    for (int i = 0; i < rows; i++)
        for (int v = 0; v < vectors; v++)
            sums[i][v] = (Vector){0};
    for (int64_t k = 0; k < depth; k++) {
        Vector right[2];
        for (int v = 0; v < vectors; v++)
            right[v] = *(const Vector *)(b + k * b_row + v * LANES);
        for (int i = 0; i < rows; i++)
            for (int v = 0; v < vectors; v++)
                sums[i][v] += a[i * a_row + k * a_depth] * right[v];
    }
    for (int i = 0; i < rows; i++) {
        if (columns == vectors * LANES)
            for (int v = 0; v < vectors; v++)
                *(Vector *)(c + i * c_row + v * LANES) = sums[i][v];
        else
            memcpy(c + i * c_row, sums[i], columns * sizeof(float));
    }
}

/* c (rows, columns) = a (rows, depth) b (depth, columns); b may be the transpose of what is given,
 * element (k, j) at b[k * b_depth + j * b_column]. */
static void product(float *c, const float *a, int64_t a_row, int64_t a_depth, const float *b,
                    int64_t b_depth, int64_t b_column, int64_t rows, int64_t columns,
                    int64_t depth, float *panel) {
    for (int64_t j = 0; j < columns; j += 2 * LANES) {
        int64_t width = columns - j < 2 * LANES ? columns - j : 2 * LANES;
        const int vectors = width > LANES ? 2 : 1;
        const float *strip = b + j * b_column;
        int64_t strip_row = b_depth;
        if (b_column != 1 || width != vectors * LANES || rows > 8 * TILE_ROWS) {
            /* Copied, so that it lies close together, and all vectors are whole. */
            strip_row = vectors * LANES;
            for (int64_t k = 0; k < depth; k++)
                for (int64_t i = 0; i < strip_row; i++)
                    panel[k * strip_row + i] = i < width ? strip[k * b_depth + i * b_column] : 0;
            strip = panel;
        }
        for (int64_t i = 0; i < rows; i += TILE_ROWS) {
            float *into = c + i * columns + j;
            const float *from = a + i * a_row;
#define TILE(r)                                                                                    \
    (vectors == 2 ? tile(r, 2, into, columns, from, a_row, a_depth, strip, strip_row, depth, width) \
                  : tile(r, 1, into, columns, from, a_row, a_depth, strip, strip_row, depth, width))
            switch (rows - i) {
            case 1: TILE(1); break;
            case 2: TILE(2); break;
            case 3: TILE(3); break;
            case 4: TILE(4); break;
            case 5: TILE(5); break;
            default: TILE(TILE_ROWS);
            }
#undef TILE
        }
    }
}

/* Vectors of columns that a sparse product works on together: they stay in registers. */
#define STRIP 8

/* A sum of multiples of rows, some vectors of columns wide. */
static inline __attribute__((always_inline)) void sum_rows(
    const int vectors, float *out, const float *factors, const int32_t *which, int64_t n,
    const float *rows, int64_t columns) {
    Vector sums[STRIP];
    for (int v = 0; v < vectors; v++)
        sums[v] = (Vector){0};
    for (int64_t k = 0; k < n; k++)
        for (int v = 0; v < vectors; v++)
            sums[v] += factors[k] * *(const Vector *)(rows + which[k] * columns + v * LANES);
    for (int v = 0; v < vectors; v++)
        *(Vector *)(out + v * LANES) = sums[v];
}

/*
 * out (n, columns): row i is the sum of factors[k] times row which[k] of rows, over all k from
 * starts[i] to starts[i + 1].
 */
static void sparse_product(float *out, int64_t n, const int64_t *starts, const int32_t *which,
                           const float *factors, const float *rows, int64_t columns) {
    int64_t j = 0;
    while (j + LANES <= columns) {
        const int64_t left = (columns - j) / LANES;
        const int vectors = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
        for (int64_t i = 0; i < n; i++) {
            const int64_t k = starts[i], count = starts[i + 1] - k;
#define SUM(v) sum_rows(v, out + i * columns + j, factors + k, which + k, count, rows + j, columns)
            switch (vectors) {
            case 8: SUM(8); break;
            case 4: SUM(4); break;
            case 2: SUM(2); break;
            default: SUM(1);
            }
#undef SUM
        }
        j += vectors * LANES;
    }
    const int64_t rest = columns - j;
    for (int64_t i = 0; rest && i < n; i++) {
        float sums[LANES] = {0};
        for (int64_t k = starts[i]; k < starts[i + 1]; k++)
            for (int64_t m = 0; m < rest; m++)
                sums[m] += factors[k] * rows[which[k] * columns + j + m];
        memcpy(out + i * columns + j, sums, rest * sizeof(float));
    }
}

/* -- activation functions and losses ---------------------------------------------------------- */

/* 2^n for whole n from -126 to 127; of NaN anything. */
static inline float power_of_two(float n) {
    const int32_t whole = n == n ? (int32_t)n : 0;
    const uint32_t bits = (uint32_t)(whole + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* e^x - 1 and 2^n of x = n ln 2 + r, where e^r - 1 is a Taylor polynomial: |r| < 0.35. */
static inline float exp_minus_one(float x, float *scale) {
    const float n = nearbyintf(x * 1.44269504f);
    const float r = (x - n * 0.693145752f) - n * 1.42860677e-6f; /* ln 2 in two parts */
    float sum = 1.98412698e-4f;
    sum = sum * r + 1.38888889e-3f;
    sum = sum * r + 8.33333333e-3f;
    sum = sum * r + 4.16666667e-2f;
    sum = sum * r + 1.66666667e-1f;
    sum = sum * r + 0.5f;
    sum = sum * (r * r) + r;
    *scale = power_of_two(n);
    return sum;
}

static inline float exponential(float x) {
    float scale;
    const float sum = exp_minus_one(x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x, &scale);
    return x < -87.0f ? 0 : sum * scale + scale;
}

static inline float hyperbolic_tangent(float x) {
    float scale;
    const float sum = exp_minus_one(2 * (x < -10.0f ? -10.0f : x > 10.0f ? 10.0f : x), &scale);
    const float less = sum * scale + (scale - 1); /* e^2x - 1 */
    return less / (less + 2);
}

static void activate(int64_t f, const float *z, float *a, int64_t n, int64_t n_out) {
    const int64_t all = n * n_out;
    switch (f) {
    case RELU:
        for (int64_t i = 0; i < all; i++)
            a[i] = z[i] > 0 ? z[i] : 0;
        break;
    case LEAKY_RELU:
        for (int64_t i = 0; i < all; i++)
            a[i] = z[i] > 0 ? z[i] : LEAK * z[i];
        break;
    case TANH:
        for (int64_t i = 0; i < all; i++)
            a[i] = hyperbolic_tangent(z[i]);
        break;
    case SIGMOID:
        for (int64_t i = 0; i < all; i++)
            a[i] = 0.5f * hyperbolic_tangent(0.5f * z[i]) + 0.5f;
        break;
    case LINEAR:
        memcpy(a, z, all * sizeof(float));
        break;
    case SOFTMAX:
        for (int64_t i = 0; i < n; i++) {
            const float *row = z + i * n_out;
            float *out = a + i * n_out, largest = row[0], total = 0;
            for (int64_t j = 1; j < n_out; j++)
                largest = row[j] > largest ? row[j] : largest;
            for (int64_t j = 0; j < n_out; j++)
                out[j] = exponential(row[j] - largest);
            for (int64_t j = 0; j < n_out; j++)
                total += out[j];
            for (int64_t j = 0; j < n_out; j++)
                out[j] /= total;
        }
    }
}

/* delta, which is given dL/da, becomes dL/dz. */
static void pull_back(int64_t f, const float *z, const float *a, float *delta, int64_t n,
                      int64_t n_out) {
    const int64_t all = n * n_out;
    switch (f) {
    case RELU:
        for (int64_t i = 0; i < all; i++)
            delta[i] = z[i] > 0 ? delta[i] : 0;
        break;
    case LEAKY_RELU:
        for (int64_t i = 0; i < all; i++)
            delta[i] = z[i] > 0 ? delta[i] : LEAK * delta[i];
        break;
    case TANH:
        for (int64_t i = 0; i < all; i++)
            delta[i] *= 1 - a[i] * a[i];
        break;
    case SIGMOID:
        for (int64_t i = 0; i < all; i++)
            delta[i] *= a[i] * (1 - a[i]);
        break;
    case SOFTMAX:
        for (int64_t i = 0; i < n; i++) {
            float dot = 0;
            for (int64_t j = i * n_out; j < (i + 1) * n_out; j++)
                dot += a[j] * delta[j];
            for (int64_t j = i * n_out; j < (i + 1) * n_out; j++)
                delta[j] = a[j] * (delta[j] - dot);
        }
    }
}

static float loss_of(const Network *net, const float *z, const float *a, const float *y,
                     int64_t n_out) {
    float value = 0;
    if (net->loss == SQUARED_ERROR) {
        for (int64_t j = 0; j < n_out; j++)
            value += 0.5f * (a[j] - y[j]) * (a[j] - y[j]);
    } else if (net->output == SOFTMAX) {
        float largest = z[0], total = 0, weight = 0;
        for (int64_t j = 1; j < n_out; j++)
            largest = z[j] > largest ? z[j] : largest;
        for (int64_t j = 0; j < n_out; j++) {
            total += expf(z[j] - largest);
            weight += y[j];
            value -= y[j] != 0 ? y[j] * (z[j] - largest) : 0;
        }
        value += logf(total) * weight;
    } else {
        for (int64_t j = 0; j < n_out; j++)
            value += (z[j] > 0 ? z[j] : 0) + log1pf(expf(-fabsf(z[j]))) - y[j] * z[j];
    }
    return value;
}

/* -- the stages of a batch ---------------------------------------------------------------------- */

static int64_t all_finite(const float *values, int64_t n) {
    int32_t wrong = 0;
    for (int64_t i = 0; i < n; i++)
        wrong |= !(fabsf(values[i]) <= FLT_MAX);
    return !wrong;
}

static int64_t neurons_before(const Network *net, int64_t layer) {
    int64_t neurons = 0;
    for (int64_t i = 1; i <= layer; i++)
        neurons += net->sizes[i];
    return neurons;
}

static int64_t params_before(const Network *net, int64_t layer) {
    int64_t params = 0;
    for (int64_t i = 0; i < layer; i++)
        params += (net->sizes[i] + 1) * net->sizes[i + 1];
    return params;
}

static int is_sparse(const Network *net) {
    return (double)net->n_inked < (1 - SPARSE) * (double)(net->n * net->sizes[0]);
}

/* Note which pixels of a picture are inked; k is where to write. */
static int64_t find_ink(Network *net, const uint8_t *pixels, const float *shades, int64_t k) {
    const int64_t n_in = net->sizes[0];
    int64_t i = 0;
    for (; i + 8 <= n_in; i += 8) {
        uint64_t eight;
        memcpy(&eight, pixels + i, 8);
        if (eight)
            for (int64_t j = i; j < i + 8; j++) {
                net->where[k] = (int32_t)j;
                net->ink[k] = shades[pixels[j]];
                k += net->ink[k] != 0;
            }
    }
    for (; i < n_in; i++) {
        net->where[k] = (int32_t)i;
        net->ink[k] = shades[pixels[i]];
        k += net->ink[k] != 0;
    }
    return k;
}

/* Make the samples of some numbers the batch. */
void bp_take(Network *net, const Samples *samples, const int64_t *order, int64_t n) {
    const int64_t n_in = net->sizes[0], n_out = net->sizes[net->layers];
    int64_t k = 0;
    net->n = n;
    for (int64_t i = 0; i < n; i++) {
        const int64_t sample = order[i];
        net->rows[i] = k;
        if (samples->pixels) {
            k = find_ink(net, samples->pixels + sample * n_in, samples->shades, k);
        } else {
            for (int64_t j = 0; j < n_in; j++) {
                net->where[k] = (int32_t)j;
                net->ink[k] = samples->x[sample * n_in + j];
                k += net->ink[k] != 0;
            }
        }
        const int64_t row = samples->labels ? samples->labels[sample] : sample;
        memcpy(net->y + i * n_out, samples->y + row * n_out, n_out * sizeof(float));
    }
    net->rows[n] = net->n_inked = k;
    if (is_sparse(net) && !net->keeps)
        return;
    for (int64_t i = 0; i < n; i++) {
        float *x = net->x + i * n_in;
        if (samples->pixels)
            for (int64_t j = 0; j < n_in; j++)
                x[j] = samples->shades[samples->pixels[order[i] * n_in + j]];
        else
            memcpy(x, samples->x + order[i] * n_in, n_in * sizeof(float));
    }
}

/* List what is not zero once more, by inputs, each in the order of the samples. */
static void sort_by_inputs(Network *net) {
    const int64_t n_in = net->sizes[0];
    int64_t *columns = net->columns;
    memset(columns, 0, (n_in + 1) * sizeof(int64_t));
    for (int64_t k = 0; k < net->n_inked; k++)
        columns[net->where[k] + 1]++;
    for (int64_t j = 0; j < n_in; j++)
        columns[j + 1] += columns[j];
    for (int64_t i = 0; i < net->n; i++)
        for (int64_t k = net->rows[i]; k < net->rows[i + 1]; k++) {
            const int64_t at = columns[net->where[k]]++;
            net->whose[at] = (int32_t)i;
            net->column_ink[at] = net->ink[k];
        }
    /* Each now says where its input ends, and so where the next one begins. */
    memmove(columns + 1, columns, n_in * sizeof(int64_t));
    columns[0] = 0;
}

/* The forward pass of one layer. Return whether all is finite. */
int64_t bp_forward(Network *net, int64_t layer) {
    const int64_t n = net->n, n_in = net->sizes[layer], n_out = net->sizes[layer + 1];
    const float *W = net->params + params_before(net, layer), *b = W + n_in * n_out;
    float *z = net->z + n * neurons_before(net, layer);
    float *a = net->a + n * neurons_before(net, layer);
    if (layer == 0 && is_sparse(net)) {
        sparse_product(z, n, net->rows, net->where, net->ink, W, n_out);
    } else {
        const float *a_in = layer ? net->a + n * neurons_before(net, layer - 1) : net->x;
        product(z, a_in, n_in, 1, W, n_out, 1, n, n_out, n_in, net->panel);
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n_out; j++)
            z[i * n_out + j] += b[j];
    activate(layer == net->layers - 1 ? net->output : net->hidden, z, a, n, n_out);
    return all_finite(z, n * n_out);
}

/* The loss. Return the batch's mean. */
double bp_loss(Network *net) {
    const int64_t n = net->n, n_out = net->sizes[net->layers];
    const int64_t at = n * neurons_before(net, net->layers - 1);
    double total = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = at + i * n_out;
        net->values[i] = loss_of(net, net->z + row, net->a + row, net->y + i * n_out, n_out);
        total += net->values[i];
    }
    return total / (double)n;
}

static void output_delta(Network *net, const float *z, const float *a, float *delta) {
    const int64_t n = net->n, n_out = net->sizes[net->layers];
    if (net->loss == CROSS_ENTROPY && net->output == SOFTMAX) {
        for (int64_t i = 0; i < n; i++) {
            float weight = 0;
            for (int64_t j = i * n_out; j < (i + 1) * n_out; j++)
                weight += net->y[j];
            for (int64_t j = i * n_out; j < (i + 1) * n_out; j++)
                delta[j] = a[j] * weight - net->y[j];
        }
        return;
    }
    for (int64_t i = 0; i < n * n_out; i++)
        delta[i] = a[i] - net->y[i];
    if (net->loss == SQUARED_ERROR)
        pull_back(net->output, z, a, delta, n, n_out);
}

/* The backward pass of one layer. Return whether its gradient is finite. */
int64_t bp_backward(Network *net, int64_t layer) {
    const int64_t n = net->n, n_in = net->sizes[layer], n_out = net->sizes[layer + 1];
    const int64_t at = n * neurons_before(net, layer);
    const float *z = net->z + at, *a = net->a + at;
    float *delta = net->delta + at;
    if (layer == net->layers - 1) {
        output_delta(net, z, a, delta);
    } else {
        const int64_t n_above = net->sizes[layer + 2];
        const float *W = net->params + params_before(net, layer + 1);
        const float *above = net->delta + n * neurons_before(net, layer + 1);
        product(delta, above, n_above, 1, W, 1, n_above, n, n_out, n_above, net->panel);
        pull_back(net->hidden, z, a, delta, n, n_out);
    }

    float *dW = net->gradient + params_before(net, layer), *db = dW + n_in * n_out;
    memset(db, 0, n_out * sizeof(float));
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n_out; j++) {
            const float share = delta[i * n_out + j] / (float)n;
            net->share[i * n_out + j] = share;
            db[j] += share;
        }
    if (layer == 0 && is_sparse(net)) {
        sort_by_inputs(net);
        sparse_product(dW, n_in, net->columns, net->whose, net->column_ink, net->share, n_out);
    } else {
        const float *a_in = layer ? net->a + n * neurons_before(net, layer - 1) : net->x;
        product(dW, a_in, 1, n_in, net->share, n_out, 1, n_in, n_out, n, net->panel);
    }
    return all_finite(dW, (n_in + 1) * n_out);
}

/* Parameters that are moved together: their steps stay in cache. */
#define BLOCK 1024

/*
 * Write what the optimiser makes of the gradient of a block of parameters.
 *
 * Rounded as numpy does it, after each operation: none of these lines is a product and a sum.
 */
static void make_steps(const Network *net, int64_t start, int64_t n, float *restrict steps) {
    const float *restrict g = net->gradient + start;
    float *restrict moment = net->moment + start, *restrict square = net->square + start;
    const float rate = (float)net->learning_rate, epsilon = (float)net->epsilon;
    const float mu = (float)net->momentum, rho = (float)net->square_decay;
    if (net->optimizer == RMSPROP || net->optimizer == ADAM) {
        const float share = (float)(1 - net->square_decay);
        for (int64_t i = 0; i < n; i++) {
            const float old = rho * square[i], new = share * (g[i] * g[i]);
            square[i] = old + new;
        }
    }
    if (net->optimizer != SGD && net->optimizer != RMSPROP) {
        const float share = net->optimizer == ADAM ? (float)(1 - net->momentum) : 1;
        for (int64_t i = 0; i < n; i++) {
            const float old = mu * moment[i], new = share * g[i];
            moment[i] = old + new;
        }
    }
    switch (net->optimizer) {
    case SGD:
        for (int64_t i = 0; i < n; i++)
            steps[i] = -rate * g[i];
        break;
    case MOMENTUM:
        for (int64_t i = 0; i < n; i++)
            steps[i] = -rate * moment[i];
        break;
    case NESTEROV:
        for (int64_t i = 0; i < n; i++) {
            const float ahead = mu * moment[i], direction = g[i] + ahead;
            steps[i] = -rate * direction;
        }
        break;
    case RMSPROP:
        for (int64_t i = 0; i < n; i++)
            steps[i] = -rate * g[i] / (sqrtf(square[i]) + epsilon);
        break;
    case ADAM: {
        const double t = (double)net->t;
        const float m_rate = (float)(-net->learning_rate / (1 - pow(net->momentum, t)));
        const float v_share = (float)(1 - pow(net->square_decay, t));
        for (int64_t i = 0; i < n; i++)
            steps[i] = m_rate * moment[i] / (sqrtf(square[i] / v_share) + epsilon);
    }
    }
}

/* Move the parameters from start to end, which shrink by so much of themselves, or stay. */
static void move(Network *net, int64_t start, int64_t end, float shrinking, int stays) {
    for (int64_t at = start; at < end; at += BLOCK) {
        const int64_t n = end - at < BLOCK ? end - at : BLOCK;
        float *params = net->params + at, steps[BLOCK];
        make_steps(net, at, n, steps);
        if (shrinking != 0)
            for (int64_t i = 0; i < n; i++) {
                const float lost = shrinking * params[i];
                steps[i] -= lost;
            }
        if (stays)
            memset(steps, 0, n * sizeof(float));
        for (int64_t i = 0; i < n; i++)
            params[i] += steps[i];
        if (net->keeps)
            memcpy(net->step + at, steps, n * sizeof(float));
    }
}

/* The update. */
void bp_update(Network *net) {
    if (net->keeps)
        memcpy(net->before, net->params, params_before(net, net->layers) * sizeof(float));
    net->t += net->optimizer == ADAM;
    for (int64_t layer = 0; layer < net->layers; layer++) {
        const int64_t start = params_before(net, layer), end = params_before(net, layer + 1);
        const int64_t biases = end - net->sizes[layer + 1];
        move(net, start, biases, (float)(net->learning_rate * net->weight_decay), 0);
        move(net, biases, end, 0, !net->train_biases);
    }
}

/*
 * Train on some batches, each of batch_size samples (the last one may have fewer) in this order.
 *
 * What is known of the last batch is kept. Return how many batches there were: before one in which
 * something is not finite it ends, and leaves that batch to others.
 */
int64_t bp_train(Network *net, const Samples *samples, const int64_t *order, int64_t n_samples,
                 int64_t batch_size, float *losses) {
    int64_t batch = 0;
    for (int64_t start = 0; start < n_samples; start += batch_size, batch++) {
        const int64_t left = n_samples - start;
        net->keeps = left <= batch_size;
        bp_take(net, samples, order + start, left < batch_size ? left : batch_size);
        int64_t finite = 1;
        for (int64_t layer = 0; layer < net->layers; layer++)
            finite &= bp_forward(net, layer);
        const double loss = bp_loss(net);
        if (!finite || !isfinite((float)loss))
            return batch;
        for (int64_t layer = net->layers - 1; layer >= 0; layer--)
            finite &= bp_backward(net, layer);
        if (!finite)
            return batch;
        bp_update(net);
        losses[batch] = (float)loss;
    }
    return batch;
}

/*
 * Try the network on samples, so many at a time. Add up their losses, and count those whose largest
 * output is that of their largest target.
 */
int64_t bp_evaluate(Network *net, const Samples *samples, const int64_t *order, int64_t n_samples,
                    int64_t at_once, double *loss) {
    const int64_t n_out = net->sizes[net->layers];
    int64_t right = 0;
    net->keeps = 0;
    for (int64_t start = 0; start < n_samples; start += at_once) {
        const int64_t left = n_samples - start;
        bp_take(net, samples, order + start, left < at_once ? left : at_once);
        for (int64_t layer = 0; layer < net->layers; layer++)
            bp_forward(net, layer);
        *loss += bp_loss(net) * (double)net->n;
        const float *a = net->a + net->n * neurons_before(net, net->layers - 1);
        for (int64_t i = 0; i < net->n; i++) {
            int64_t guess = 0, truth = 0;
            for (int64_t j = 1; j < n_out; j++) {
                guess = a[i * n_out + j] > a[i * n_out + guess] ? j : guess;
                truth = net->y[i * n_out + j] > net->y[i * n_out + truth] ? j : truth;
            }
            right += guess == truth;
        }
    }
    return right;
}

/* Floats of a row of `panel`. */
int64_t bp_panel_width(void) { return 2 * LANES; }

/* Bytes of the structures, for who has to lay them out alike. */
int64_t bp_network_size(void) { return sizeof(Network); }
int64_t bp_samples_size(void) { return sizeof(Samples); }
