//! gRPC over HTTP/2: as much as a plugin's calls need, which are one message there and one back.
//!
//! Each message has five bytes before it: a zero, since nothing is compressed, and its length.

use std::rc::Rc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{HeaderMap, HeaderValue, Request, Response};
use prost::Message;
use tokio::net::UnixStream;
use tokio::sync::Notify;

use crate::protocol::{Empty, HealthCheckResponse, SERVICE};
use crate::provider::{NoSuchCall, Twin};

/// How long the answer to the last call may take to reach Terraform.
const LAST_ANSWER: Duration = Duration::from_millis(20);

/// gRPC's codes for what is not there, and for what cannot be read.
const UNIMPLEMENTED: i32 = 12;
const INVALID_ARGUMENT: i32 = 3;

/// Answers the calls of one connection.
pub(super) async fn serve(stream: UnixStream, twin: Rc<Twin>, shutdown: Rc<Notify>) {
    // Schemas and configurations are big, and come over a socket of this machine: windows need not be small.
    let mut builder = h2::server::Builder::new();
    builder
        .initial_window_size(1 << 24)
        .initial_connection_window_size(1 << 26);
    let Ok(mut connection) = builder.handshake::<_, Bytes>(stream).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let call = answer(request, respond, Rc::clone(&twin), Rc::clone(&shutdown));
        tokio::task::spawn_local(call);
    }
}

async fn answer(
    request: Request<RecvStream>,
    respond: SendResponse<Bytes>,
    twin: Rc<Twin>,
    shutdown: Rc<Notify>,
) {
    let path = request.uri().path().to_owned();
    let mut body = request.into_body();
    // These two stay open, in both directions, as long as the plugin lives.
    if matches!(
        path.as_str(),
        "/plugin.GRPCStdio/StreamStdio" | "/plugin.GRPCBroker/StartStream"
    ) {
        hold_open(respond, &shutdown).await;
        return;
    }
    let Some(message) = receive(&mut body).await else {
        send_status(respond, INVALID_ARGUMENT, "a message that is not whole");
        return;
    };
    match path.as_str() {
        "/grpc.health.v1.Health/Check" => {
            send(respond, &HealthCheckResponse { status: 1 }.encode_to_vec());
        }
        "/plugin.GRPCController/Shutdown" => {
            send(respond, &Empty {}.encode_to_vec());
            tokio::time::sleep(LAST_ANSWER).await;
            shutdown.notify_waiters();
        }
        path => {
            let call = path
                .strip_prefix('/')
                .and_then(|path| path.split_once('/'))
                .filter(|(service, _)| *service == SERVICE)
                .map(|(_, call)| call);
            match call.map_or(Err(NoSuchCall::Unknown), |call| twin.call(call, message)) {
                Ok(answer) => send(respond, &answer),
                Err(NoSuchCall::Unknown) => send_status(respond, UNIMPLEMENTED, "no such call"),
                Err(NoSuchCall::Malformed(why)) => send_status(respond, INVALID_ARGUMENT, &why),
            }
        }
    }
}

/// The one message of a request.
async fn receive(body: &mut RecvStream) -> Option<Bytes> {
    let mut received = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.ok()?;
        body.flow_control().release_capacity(chunk.len()).ok()?;
        received.extend_from_slice(&chunk);
    }
    let mut received = received.freeze();
    let head: [u8; 5] = received.get(..5)?.try_into().ok()?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    let whole = head[0] == 0 && received.len() == 5 + length;
    whole.then(|| received.split_off(5))
}

fn send(mut respond: SendResponse<Bytes>, message: &[u8]) {
    let Ok(mut stream) = respond.send_response(head(), false) else {
        return;
    };
    let mut framed = BytesMut::with_capacity(5 + message.len());
    framed.put_u8(0);
    framed.put_u32(message.len() as u32);
    framed.put_slice(message);
    // Whoever no longer listens need not be told.
    let _ = stream.send_data(framed.freeze(), false);
    let _ = stream.send_trailers(status(0, ""));
}

fn send_status(mut respond: SendResponse<Bytes>, code: i32, message: &str) {
    let mut response = head();
    response.headers_mut().extend(status(code, message));
    let _ = respond.send_response(response, true);
}

async fn hold_open(mut respond: SendResponse<Bytes>, shutdown: &Notify) {
    if let Ok(mut stream) = respond.send_response(head(), false) {
        shutdown.notified().await;
        stream.send_reset(Reason::CANCEL);
    }
}

fn head() -> Response<()> {
    let mut response = Response::new(());
    let grpc = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert("content-type", grpc);
    response
}

fn status(code: i32, message: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-status", code.into());
    if let Ok(message) = HeaderValue::from_str(message)
        && !message.is_empty()
    {
        headers.insert("grpc-message", message);
    }
    headers
}
