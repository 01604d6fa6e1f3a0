#include "aws/speed.h"

void speed_begin(struct speed *speed, int64_t stall_ms, int64_t total_ms, int64_t now_ms) {
    *speed = (struct speed){
        .stall_ms = stall_ms,
        .total_ms = total_ms,
        .started_ms = now_ms,
        .moved_ms = now_ms,
        .window_ms = now_ms,
    };
}

static double seconds(int64_t ms) {
    return (double)ms / 1000;
}

static bool too_slow(struct speed *speed, int64_t bytes, int64_t now_ms) {
    if (now_ms - speed->window_ms < SPEED_WINDOW_MS)
        return false;
    bool slow = bytes - speed->window_bytes < SPEED_LEAST_BYTES * SPEED_WINDOW_MS / 1000;
    speed->window_ms = now_ms;
    speed->window_bytes = bytes;
    return slow;
}

bool speed_check(struct speed *speed, int64_t bytes, int64_t now_ms, struct err *err) {
    if (bytes != speed->moved_bytes) {
        speed->moved_bytes = bytes;
        speed->moved_ms = now_ms;
    }
    if (now_ms - speed->moved_ms > speed->stall_ms)
        return err_set(err, ERR_BUSY, "nothing came for %.3g s", seconds(speed->stall_ms));
    if (speed->total_ms > 0 && now_ms - speed->started_ms > speed->total_ms)
        return err_set(err, ERR_BUSY, "the answer took longer than %.3g s",
                       seconds(speed->total_ms));
    if (too_slow(speed, bytes, now_ms))
        return err_set(err, ERR_BUSY, "it came too slowly: less than %d bytes a second for %.3g s",
                       SPEED_LEAST_BYTES, seconds(SPEED_WINDOW_MS));
    return true;
}
