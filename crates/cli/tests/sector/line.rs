//! A line to a server that can be cut: bytes are handed on both ways until then, and again after it is
//! mended.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A line to a server.
pub struct Line {
    address: String,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Line {
    /// To a server at a host and port.
    pub fn to(authority: &str) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (cut, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (authority, is_cut, streams) = (authority.to_owned(), cut.clone(), open.clone());
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(far) = TcpStream::connect(&authority) else { continue };
                let copy = |stream: &TcpStream| stream.try_clone().unwrap();
                streams.lock().unwrap().extend([copy(&near), copy(&far)]);
                let (back, forth) = ((copy(&far), copy(&near)), (near, far));
                std::thread::spawn(move || hand_on(back.0, back.1));
                std::thread::spawn(move || hand_on(forth.0, forth.1));
            }
        });
        Line { address, cut, open }
    }

    /// Where it begins, such as `http://127.0.0.1:8765`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Cuts it: what is open is torn, and nothing new gets through.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Mends it.
    pub fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 << 10];
    while let Ok(read) = from.read(&mut bytes) {
        if read == 0 || to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
