//! The calls that are compared: each sends the published accept and decodes its response.

use std::borrow::Cow;
use std::hint::black_box;
use std::marker::PhantomData;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::SendRequest;
use partner_center_transfers::Client;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::measure::Worker;
use crate::published::{CORRELATION_ID, CUSTOMER, REQUEST_ID, TOKEN, TRANSFER};

fn path() -> String {
    format!("/v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept")
}

/// hyper alone, which has no pool: a connection for each worker.
pub(crate) struct Hyper<T> {
    sender: SendRequest<Empty<Bytes>>,
    address: SocketAddr,
    decoded: PhantomData<fn() -> T>,
}

impl<T> Hyper<T> {
    pub(crate) fn new(runtime: &Runtime, address: SocketAddr) -> Self {
        runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let io = hyper_util::rt::TokioIo::new(stream);
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            Self {
                sender,
                address,
                decoded: PhantomData,
            }
        })
    }
}

impl<T: DeserializeOwned + Send + 'static> Worker for Hyper<T> {
    async fn call(&mut self) {
        let request = hyper::Request::post(path())
            .header("host", self.address.to_string())
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("content-length", "0")
            .header("ms-requestid", REQUEST_ID)
            .header("ms-correlationid", CORRELATION_ID)
            .body(Empty::new())
            .unwrap();
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        black_box(serde_json::from_slice::<T>(&body).unwrap());
    }
}

/// The request id and the correlation id of a call.
pub(crate) type Ids = [Cow<'static, str>; 2];

/// The same ids in each call. A program needs a new request id for each: the service takes a call with
/// the request id of an earlier one as a repetition.
pub(crate) fn same_ids() -> Ids {
    [REQUEST_ID.into(), CORRELATION_ID.into()]
}

/// New ids in each call, as this client makes them.
pub(crate) fn new_ids() -> Ids {
    [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.to_string().into())
}

/// reqwest alone.
pub(crate) struct Reqwest<T> {
    client: reqwest::Client,
    url: String,
    ids: fn() -> Ids,
    decoded: PhantomData<fn() -> T>,
}

impl<T> Reqwest<T> {
    pub(crate) fn new(client: reqwest::Client, address: SocketAddr, ids: fn() -> Ids) -> Self {
        Self {
            client,
            url: format!("http://{address}{}", path()),
            ids,
            decoded: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Worker for Reqwest<T> {
    async fn call(&mut self) {
        let [request_id, correlation_id] = (self.ids)();
        let request = self
            .client
            .post(&*self.url)
            .bearer_auth(TOKEN)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("content-length", "0")
            .header("ms-requestid", &*request_id)
            .header("ms-correlationid", &*correlation_id);
        let response = request.send().await.unwrap();
        black_box(response.json::<T>().await.unwrap());
    }
}

/// This client, with all that it does by default.
pub(crate) struct Ours(Client);

impl Ours {
    pub(crate) fn client(address: SocketAddr) -> Client {
        Client::builder()
            .endpoint(format!("http://{address}"))
            .bearer_token(TOKEN)
            .build()
            .unwrap()
    }

    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }
}

impl Worker for Ours {
    async fn call(&mut self) {
        let call = self
            .0
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER);
        black_box(call.send().await.unwrap().into_inner());
    }
}
