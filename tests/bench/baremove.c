/* The mark a journaled replay is held against: moves messages from one queue to another with rabbitmq-c, confirm
 * before ack, two connections, and nothing else: no journal, no saved copy, no matching.
 * Usage: BENCH_PASSWORD=.. baremove PORT VHOST USER SOURCE TARGET COUNT WINDOW   -> prints messages per second */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char* what)
{
    fprintf(stderr, "baremove: %s\n", what);
    exit(1);
}

static amqp_connection_state_t dial(int port, const char* vhost, const char* user)
{
    amqp_connection_state_t conn = amqp_new_connection();
    amqp_socket_t* socket = amqp_tcp_socket_new(conn);
    if (!socket || amqp_socket_open(socket, "127.0.0.1", port))
        die("cannot connect");
    const char* password = getenv("BENCH_PASSWORD");
    amqp_rpc_reply_t reply = amqp_login(conn, vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, user, password ? password : "");
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        die("login refused");
    amqp_channel_open(conn, 1);
    if (amqp_get_rpc_reply(conn).reply_type != AMQP_RESPONSE_NORMAL)
        die("channel refused");
    return conn;
}

/* Confirms may come out of order; `floor` is the highest number below which all are confirmed. */
static unsigned char* confirmed;
static uint64_t floor_;

static void drain_confirms(amqp_connection_state_t out, struct timeval* patience)
{
    amqp_frame_t frame;
    for (;;) {
        int status = amqp_simple_wait_frame_noblock(out, &frame, patience);
        if (status == AMQP_STATUS_TIMEOUT)
            return;
        if (status != AMQP_STATUS_OK)
            die("publisher link lost");
        if (frame.frame_type == AMQP_FRAME_METHOD) {
            if (frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
                amqp_basic_ack_t* ack = frame.payload.method.decoded;
                if (ack->multiple)
                    for (uint64_t k = floor_ + 1; k <= ack->delivery_tag; ++k)
                        confirmed[k] = 1;
                else
                    confirmed[ack->delivery_tag] = 1;
                while (confirmed[floor_ + 1])
                    ++floor_;
            } else if (frame.payload.method.id == AMQP_BASIC_RETURN_METHOD ||
                       frame.payload.method.id == AMQP_BASIC_NACK_METHOD ||
                       frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD) {
                die("a message was not taken");
            }
        }
        amqp_maybe_release_buffers(out);
        static struct timeval none;
        patience = &none;
        if (!amqp_frames_enqueued(out) && !amqp_data_in_buffer(out)) {
            struct pollfd fd = {amqp_get_sockfd(out), POLLIN, 0};
            if (poll(&fd, 1, 0) <= 0)
                return;
        }
    }
}

int main(int argc, char** argv)
{
    if (argc != 8)
        die("usage: baremove PORT VHOST USER SOURCE TARGET COUNT WINDOW");
    const int port = atoi(argv[1]);
    const uint64_t count = strtoull(argv[6], NULL, 10), window = strtoull(argv[7], NULL, 10);
    amqp_connection_state_t in = dial(port, argv[2], argv[3]), out = dial(port, argv[2], argv[3]);
    confirmed = calloc(count + 2, 1);
    amqp_confirm_select(out, 1);
    amqp_basic_qos(in, 1, 0, (uint16_t)(window > 65535 ? 65535 : window), 0);
    const double start = now();
    amqp_basic_consume(in, 1, amqp_cstring_bytes(argv[4]), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    if (amqp_get_rpc_reply(in).reply_type != AMQP_RESPONSE_NORMAL)
        die("cannot consume");
    uint64_t published = 0, acked = 0;
    while (acked < count) {
        struct timeval none = {0, 0}, some = {0, 20000};
        if (published < count) {
            amqp_envelope_t envelope;
            amqp_maybe_release_buffers(in);
            amqp_rpc_reply_t reply = amqp_consume_message(in, &envelope, published > floor_ ? &none : &some, 0);
            if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
                if (amqp_basic_publish(out, 1, amqp_empty_bytes, amqp_cstring_bytes(argv[5]), 1, 0,
                                       &envelope.message.properties, envelope.message.body))
                    die("cannot publish");
                ++published;
                amqp_destroy_envelope(&envelope);
                if (published % 64)
                    continue; /* look at confirms now and then, as long as there is work */
                drain_confirms(out, &none);
            } else if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
                       reply.library_error == AMQP_STATUS_TIMEOUT) {
                drain_confirms(out, published > floor_ ? &some : &none);
            } else {
                die("consumer link lost");
            }
        } else {
            drain_confirms(out, &some);
        }
        if (floor_ > acked && (floor_ - acked >= window / 4 || floor_ == count || published == floor_)) {
            amqp_basic_ack(in, 1, floor_, 1);
            acked = floor_;
        }
    }
    /* The acks count only when the broker has them: a round trip on the same channel. */
    amqp_basic_qos(in, 1, 0, 1, 0);
    printf("%.0f\n", (double)count / (now() - start));
    amqp_connection_close(in, AMQP_REPLY_SUCCESS);
    amqp_connection_close(out, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(in);
    amqp_destroy_connection(out);
    free(confirmed);
    return 0;
}
