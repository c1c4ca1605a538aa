//! The server's own certificate authority: signs the server's certificate and those of senders.
//!
//! In: its key and certificate as PEM, signing requests, times. Out: certificates. Never: a private
//! key of anybody else; a name, a use or a lifetime that a signing request asks for.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
    date_time_ymd,
};
use sha2::{Digest, Sha256};
use wardwatch_model::{OrgId, Timestamp, TokenId};
use wardwatch_store::NewCertificate;

/// How long the authority lasts.
const AUTHORITY_DAYS: i64 = 20 * 365;
/// How long a server's certificate lasts; browsers take no longer ones.
pub const SERVER_DAYS: i64 = 397;
/// How long a sender's certificate lasts.
const SENDER_DAYS: i64 = 397;
/// Clocks of clients may be behind.
const BEFORE_SECONDS: i64 = 3_600;
/// Largest signing request, as PEM.
const MAX_REQUEST_BYTES: usize = 8 << 10;

/// What the authority cannot do.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Its certificate or key cannot be read or made.
    #[error("the certificate authority: {0}")]
    Own(rcgen::Error),
    /// A certificate could not be signed.
    #[error("a certificate could not be signed: {0}")]
    Signing(rcgen::Error),
    /// A signing request is none, or not signed by its own key.
    #[error("it is no signing request in PEM form that its own key signed: {0}")]
    Request(rcgen::Error),
    /// A signing request is too large.
    #[error("a signing request has at most {MAX_REQUEST_BYTES} bytes")]
    RequestTooLarge,
    /// A name cannot stand in a certificate.
    #[error("'{0}' cannot stand in a certificate: a host name or an address is expected")]
    Name(String),
    /// The system gave no random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
}

/// A certificate and its key, as PEM.
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

/// Signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A signing request that was checked.
pub struct SigningRequest(CertificateSigningRequestParams);

impl SigningRequest {
    /// From PEM.
    ///
    /// # Errors
    /// When it is none, or not signed by the key in it.
    pub fn parse(pem: &str) -> Result<Self, AuthorityError> {
        if pem.len() > MAX_REQUEST_BYTES {
            return Err(AuthorityError::RequestTooLarge);
        }
        let parsed = CertificateSigningRequestParams::from_pem(pem);
        parsed.map(SigningRequest).map_err(AuthorityError::Request)
    }
}

impl Authority {
    /// Makes a new one.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn make(now: Timestamp) -> Result<Pair, AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::Own)?;
        let mut params = params("Wardwatch certificate authority", AUTHORITY_DAYS, now)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(AuthorityError::Own)?;
        Ok(Pair { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    /// From its certificate and key.
    ///
    /// # Errors
    /// When either cannot be read.
    pub fn open(pair: &Pair) -> Result<Self, AuthorityError> {
        let key = KeyPair::from_pem(&pair.key).map_err(AuthorityError::Own)?;
        let issuer =
            Issuer::from_ca_cert_pem(&pair.certificate, key).map_err(AuthorityError::Own)?;
        Ok(Authority { issuer, pem: pair.certificate.clone() })
    }

    /// Its certificate, as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a server with these names.
    ///
    /// # Errors
    /// When a name cannot stand in a certificate.
    pub fn server(&self, names: &[String], now: Timestamp) -> Result<Pair, AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::Signing)?;
        let mut params = params("Wardwatch server", SERVER_DAYS, now)?;
        for name in names {
            let wrong = |_| AuthorityError::Name(name.clone());
            let one = CertificateParams::new(vec![name.clone()]).map_err(wrong)?;
            params.subject_alt_names.extend(one.subject_alt_names);
        }
        leaf(&mut params, ExtendedKeyUsagePurpose::ServerAuth);
        let certificate = params.signed_by(&key, &self.issuer).map_err(AuthorityError::Signing)?;
        Ok(Pair { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    /// A certificate for a sender. Of the request only the public key counts.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn sender(
        &self,
        SigningRequest(request): SigningRequest,
        org: &OrgId,
        token: TokenId,
        now: Timestamp,
    ) -> Result<NewCertificate, AuthorityError> {
        let mut params = params(&format!("sender {token}"), SENDER_DAYS, now)?;
        params.distinguished_name.push(DnType::OrganizationName, org.as_str());
        leaf(&mut params, ExtendedKeyUsagePurpose::ClientAuth);
        let serial = params.serial_number.as_ref().map(SerialNumber::to_bytes).unwrap_or_default();
        let signed = CertificateSigningRequestParams { params, public_key: request.public_key }
            .signed_by(&self.issuer)
            .map_err(AuthorityError::Signing)?;
        Ok(NewCertificate {
            fingerprint: fingerprint(signed.der()),
            serial,
            until: later(now, SENDER_DAYS),
            pem: signed.pem(),
        })
    }
}

/// SHA-256 of a certificate's DER form.
pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

fn later(now: Timestamp, days: i64) -> Timestamp {
    Timestamp { micros: now.micros.saturating_add(days * 86_400_000_000) }
}

/// What all certificates have: one name, a lifetime, a serial number of 127 random bits.
fn params(name: &str, days: i64, now: Timestamp) -> Result<CertificateParams, AuthorityError> {
    let seconds = now.micros.div_euclid(1_000_000).clamp(0, 200_000_000_000);
    let at = |seconds: i64| {
        date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds.max(0).unsigned_abs())
    };
    let mut serial = [0u8; 16];
    getrandom::fill(&mut serial).map_err(AuthorityError::Random)?;
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = at(seconds - BEFORE_SECONDS);
    params.not_after = at(seconds + days * 86_400);
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn leaf(params: &mut CertificateParams, usage: ExtendedKeyUsagePurpose) {
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use x509_parser::prelude::parse_x509_pem;

    use super::*;

    fn authority() -> Authority {
        Authority::open(&Authority::make(Timestamp { micros: 1_800_000_000_000_000 }).unwrap())
            .unwrap()
    }

    #[test]
    fn a_request_gets_no_more_than_its_key_signed() {
        let key = KeyPair::generate().unwrap();
        let mut asked = CertificateParams::new(vec!["ward.example".to_owned()]).unwrap();
        asked.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        asked.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        asked.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let request = asked.serialize_request(&key).unwrap().pem().unwrap();
        let now = Timestamp { micros: 1_800_000_000_000_000 };
        let made = authority()
            .sender(
                SigningRequest::parse(&request).unwrap(),
                &"ZZ1".parse().unwrap(),
                TokenId([7; 16]),
                now,
            )
            .unwrap();
        let (_, pem) = parse_x509_pem(made.pem.as_bytes()).unwrap();
        assert_eq!(made.fingerprint, fingerprint(&pem.contents));
        let found = pem.parse_x509().unwrap();
        assert!(!found.is_ca());
        assert!(found.subject_alternative_name().unwrap().is_none());
        let usage = found.extended_key_usage().unwrap().unwrap().value;
        assert!(usage.client_auth && !usage.server_auth);
        assert_eq!(found.validity.not_after.timestamp() * 1_000_000, made.until.micros);
        assert_eq!(found.raw_serial(), made.serial);
        assert!(found.subject.to_string().contains("ZZ1"), "{}", found.subject);
    }

    #[test]
    fn a_request_that_another_key_signed_is_refused() {
        let key = KeyPair::generate().unwrap();
        let request = CertificateParams::default().serialize_request(&key).unwrap();
        let mut der = request.der().to_vec();
        *der.last_mut().unwrap() ^= 1;
        let parsed = CertificateSigningRequestParams::from_der(&der.into());
        assert!(matches!(parsed, Err(rcgen::Error::InvalidCertificationRequestSignature)));
        assert!(SigningRequest::parse(&"x".repeat(9_000)).is_err());
    }

    proptest! {
        #[test]
        fn requests_never_panic(text in "(-----BEGIN CERTIFICATE REQUEST-----\n)?[A-Za-z0-9+/=\n]{0,200}(-----END CERTIFICATE REQUEST-----\n)?") {
            let _ = SigningRequest::parse(&text);
        }
    }
}
